import {
  chunkAt,
  chunksBetween,
  HourmillError,
  isoMillis,
  type LookbackHour,
  type Manifest,
  type SidecarFile,
  type TimeChunk,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { readManifest } from '../run/hand-over.ts';
import { currentEntry } from './current-manifest.ts';
import { keyHashOf } from './key-hash.ts';

/**
 * The hours within `deduplicate.lookback` with what there is of their keys now, the latest first; undefined without a lookback. An hour
 * counts as not there when it has no manifest, or one without fingerprints of these keys.
 */
export async function findLookback(
  context: PipelineContext,
  chunk: TimeChunk,
  signal: AbortSignal,
): Promise<readonly LookbackHour[] | undefined> {
  const { granularity, startMs } = chunk;
  const lookbackMs = context.loaded.definition.deduplicate?.lookbackMs ?? 0;
  if (lookbackMs === 0) return undefined;
  const fromMs = chunkAt(startMs - lookbackMs, granularity).startMs;
  const hours = chunksBetween(fromMs, startMs, granularity).reverse();
  return Promise.all(hours.map((hour) => lookbackHour(context, hour, signal)));
}

async function lookbackHour(context: PipelineContext, chunk: TimeChunk, signal: AbortSignal): Promise<LookbackHour> {
  const hour = isoMillis(chunk.startMs);
  const entry = currentEntry(await context.ledger.history(chunk, signal));
  if (entry === undefined) return { hour, manifest: null };
  const { manifest, path, sha256 } = await readManifest(context.store, entry, signal);
  return { hour, manifest: hasFingerprints(manifest, keyHashOf(context.loaded.program)) ? { path, sha256 } : null };
}

/** The files of fingerprints that a manifest names. */
export function fingerprintFiles({ sidecars }: Pick<Manifest, 'sidecars'>): readonly SidecarFile[] {
  return sidecars.filter(({ kind }) => kind === 'fingerprints');
}

/** Whether the keys of all records that an hour kept are there: each of these records has one of its own. */
export function hasFingerprints(manifest: Manifest, keyHash: string | undefined): boolean {
  const files = fingerprintFiles(manifest);
  const keys = files.reduce((sum, { rows }) => sum + rows, 0);
  const isKnownAlgorithm = files.every(({ algorithm }) => algorithm === 'hm1');
  return manifest.keyHash === keyHash && isKnownAlgorithm && keys === manifest.result.counts.kept;
}

/**
 * The first hour of the lookback in which other keys would be found now than were when the hour was built; undefined when there is none.
 * What is not there now is no change: nothing better could be built.
 */
export function changedLookback(
  before: readonly LookbackHour[] | undefined,
  now: readonly LookbackHour[] | undefined,
): string | undefined {
  const sha256Of = new Map(before?.map(({ hour, manifest }) => [hour, manifest?.sha256]));
  return now?.find(({ hour, manifest }) => manifest !== null && manifest.sha256 !== sha256Of.get(hour))?.hour;
}

/** @throws HM_RUN_006 for the first hour that is not there, unless the definition accepts such a gap */
export function refuseLookbackGap({ loaded }: PipelineContext, lookback: readonly LookbackHour[] | undefined): void {
  const gap = lookback?.find(({ manifest }) => manifest === null);
  if (gap === undefined || loaded.definition.deduplicate?.missing === 'gap') return;
  throw new HourmillError(
    'HM_RUN_006',
    `${gap.hour} lies within deduplicate.lookback, but has no manifest with fingerprints of this key; build it first, ` +
      'or set deduplicate.missing to gap, which goes on without its keys and records that',
    { context: { hour: gap.hour } },
  );
}
