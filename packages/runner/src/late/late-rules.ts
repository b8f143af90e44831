import {
  chunkAt,
  chunksBetween,
  type KafkaRange,
  type KafkaSplit,
  type LateRules,
  type Millis,
  type OwnInput,
  type Plan,
  type TimeChunk,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { currentEntry } from '../plan/current-manifest.ts';
import { readManifest } from '../run/hand-over.ts';

/** So many earlier hours are looked up at once. */
const HOURS_AT_ONCE = 16;

/**
 * Which strays of a plan are late: those of hours within `schedule.lateness`, unless they lie in the input of their own hour. Of objects
 * their names tell that. Of Kafka the ranges do that the hour's current manifest names or, where there is none and the hour's
 * window touches this one's, those that it would be built from now; where the manifest is of another definition, what both have in common,
 * since the hour may be built again at this moment. Of other hours that were never built all strays are kept:
 * what they read themselves does not count when they take these in. Undefined without `schedule.lateness`.
 * @throws HM_INPUT_*, HM_LEDGER_*
 */
export async function findLateRules(
  context: PipelineContext,
  plan: Plan,
  signal: AbortSignal,
): Promise<LateRules | undefined> {
  const { latenessMs } = context.loaded.definition.schedule;
  if (latenessMs === 0) return undefined;
  const { granularity, startMs } = plan.chunk;
  const fromMs = chunkAt(startMs - latenessMs, granularity).startMs;
  const hours = chunksBetween(fromMs, startMs, granularity);
  const ownOf = context.loaded.definition.source.type === 'kafka' ? ownRanges : ownNames;
  return narrowed({ fromMs, own: await ownOf(context, plan, hours, signal) }, plan);
}

/** Without hours in which no stray can be late, so that of a source without times in its names no split needs to be named. */
function narrowed({ fromMs, own }: LateRules, { splits, chunk }: Plan): LateRules {
  const isWholly = (hours: OwnInput): boolean =>
    hours.offsets === null && hours.fromMs === fromMs && hours.toMs === chunk.startMs;
  const owned = new Set(own.filter(isWholly).map(({ split }) => split));
  return owned.size === splits.length ? { fromMs: chunk.startMs, own: [] } : { fromMs, own };
}

/** Of objects: the hours that list the same object, those that follow one another in one. */
async function ownNames(
  { source }: PipelineContext,
  { splits }: Plan,
  hours: readonly TimeChunk[],
): Promise<OwnInput[]> {
  const inputs = hours.map((hour) => ({ ...hour, isInput: source.inputOf?.(hour) ?? (() => true) }));
  const own: OwnInput[] = [];
  for (const [split, { id }] of splits.entries()) {
    let last: { -readonly [K in keyof OwnInput]: OwnInput[K] } | undefined;
    for (const { startMs, endMs, isInput } of inputs) {
      if (!isInput(id)) continue;
      if (last?.toMs === startMs) last.toMs = endMs;
      else {
        last = { split, fromMs: startMs, toMs: endMs, offsets: null };
        own.push(last);
      }
    }
  }
  return own;
}

/** Of Kafka: the offsets that are input of these hours too. */
async function ownRanges(
  context: PipelineContext,
  plan: Plan,
  hours: readonly TimeChunk[],
  signal: AbortSignal,
): Promise<OwnInput[]> {
  const found: OwnInput[][] = [];
  const waiting = hours.entries();
  const work = async (): Promise<void> => {
    for (const [index, hour] of waiting) {
      const ranges = await rangesOf(context, hour, plan.chunk.startMs, signal);
      found[index] = plan.splits.flatMap((split, number) =>
        split.type === 'kafka' ? ownOffsets(split, number, hour, ranges) : [],
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(HOURS_AT_ONCE, hours.length) }, work));
  return found.flat();
}

async function rangesOf(
  context: PipelineContext,
  hour: TimeChunk,
  startMs: Millis,
  signal: AbortSignal,
): Promise<readonly KafkaRange[]> {
  const entry = currentEntry(await context.ledger.history(hour, signal));
  const read =
    entry === undefined ? null : ((await readManifest(context.store, entry, signal)).manifest.plan.ranges ?? []);
  if (read !== null && entry?.definitionHash === context.loaded.definitionHash) return read;
  const { source } = context.loaded.definition;
  const reachMs = source.type === 'kafka' ? source.window.beforeMs + source.window.afterMs : 0;
  if (hour.endMs + reachMs <= startMs) return [];
  const listed = (await context.source.list(hour, signal)).ranges ?? [];
  return read === null ? listed : read.flatMap((range) => common(range, listed));
}

function common(range: KafkaRange, others: readonly KafkaRange[]): KafkaRange[] {
  return others
    .filter(({ topicId, partition }) => topicId === range.topicId && partition === range.partition)
    .map(({ startOffset, endOffset }) => ({
      ...range,
      startOffset: Math.max(range.startOffset, startOffset),
      endOffset: Math.min(range.endOffset, endOffset),
    }))
    .filter(({ startOffset, endOffset }) => startOffset < endOffset);
}

function ownOffsets(
  split: KafkaSplit,
  number: number,
  { startMs, endMs }: TimeChunk,
  ranges: readonly KafkaRange[],
): OwnInput[] {
  return ranges
    .flatMap((range) => common(range, [split]))
    .map(({ startOffset: from, endOffset: to }) => ({
      split: number,
      fromMs: startMs,
      toMs: endMs,
      offsets: { from, to },
    }));
}
