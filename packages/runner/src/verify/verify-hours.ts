import {
  isHourmillError,
  isoMillis,
  type KafkaRange,
  type LedgerEntry,
  type Manifest,
  type Plan,
  type TimeChunk,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { ownerOf, unfinishedWork } from '../hours/find-work.ts';
import { currentEntry } from '../plan/current-manifest.ts';
import { readManifest } from '../run/hand-over.ts';
import { lateOf } from '../run/stage-one.ts';
import { checkFiles } from './check-files.ts';
import { checkLeftToOthers } from './check-left-to-others.ts';
import { checkTiling } from './check-neighbours.ts';
import { checkNumbers } from './check-numbers.ts';
import { Findings, type HourChain } from './hour-chain.ts';
import { compareServed } from './served-numbers.ts';

export interface VerifyOptions {
  /** Compares with what Druid serves. Default true, where the definition has a Druid. */
  readonly druid?: boolean;
  readonly signal?: AbortSignal;
  readonly onHour?: (chain: HourChain) => void;
}

/**
 * Recomputes the chain of each hour from its source's ranges to Druid's sums, and how the hours fit together. Reads all files of the hours'
 * current manifests; writes nothing. What does not hold is a break, and the next check goes on.
 * @param chunks that follow one another
 * @throws HM_STORE_*, HM_DRUID_* when store or Druid do not answer
 */
export async function verifyHours(
  context: PipelineContext,
  chunks: readonly TimeChunk[],
  { druid = true, signal = new AbortController().signal, onHour = () => {} }: VerifyOptions = {},
): Promise<readonly HourChain[]> {
  const [first, last] = [chunks.at(0), chunks.at(-1)];
  if (first === undefined || last === undefined) return [];
  const recorded = await context.ledger.recorded(first.startMs, last.endMs, signal);
  const verifier = new Verifier(druid ? context : { ...context, indexer: null }, recorded, signal);
  const chains: HourChain[] = [];
  for (const chunk of chunks) {
    const chain = await verifier.verify(chunk);
    chains.push(chain);
    onHour(chain);
  }
  return chains;
}

class Verifier {
  readonly #context: PipelineContext;
  readonly #recorded: readonly number[];
  readonly #signal: AbortSignal;
  /** The hour that was verified last, where it has a manifest. */
  #before: Plan | null = null;
  /** The first hour that has read an object, by id. */
  readonly #firstReader = new Map<string, { readonly hour: string; readonly isInput: boolean }>();
  /** What hours read, by start, as far as it was asked for. */
  readonly #ranges = new Map<number, readonly KafkaRange[] | null>();

  constructor(context: PipelineContext, recorded: readonly number[], signal: AbortSignal) {
    this.#context = context;
    this.#recorded = recorded;
    this.#signal = signal;
  }

  async verify(chunk: TimeChunk): Promise<HourChain> {
    const findings = new Findings();
    const hour = { hour: isoMillis(chunk.startMs), breaks: findings.breaks, notes: findings.notes };
    const nothing = { runId: null, read: null, kept: null, files: 0, served: null };
    const history = await this.#history(chunk, findings);
    const last = history?.at(-1);
    if (history === null || last === undefined) {
      this.#before = null;
      if (history !== null) this.#checkMissing(chunk, findings);
      return { ...hour, ...nothing, state: history === null ? 'unreadable' : 'missing' };
    }
    const isServed = await this.#checkState(last, findings);
    const manifest = await this.#manifest(history, findings);
    const before = this.#before;
    this.#before = manifest?.plan ?? null;
    const of = { ...hour, ...nothing, state: last.state, runId: last.runId };
    if (manifest === null) return of;
    const files = await this.#checkManifest(chunk, manifest, before, findings);
    const served = isServed ? await this.#checkServed(manifest, findings) : null;
    const { read, kept } = manifest.result.counts;
    return { ...of, read, kept, files, served };
  }

  /** Null when it is damaged. */
  async #history(chunk: TimeChunk, findings: Findings): Promise<readonly LedgerEntry[] | null> {
    try {
      return await this.#context.ledger.history(chunk, this.#signal);
    } catch (error) {
      if (!isHourmillError(error, 'HM_LEDGER_003') && !isHourmillError(error, 'HM_LEDGER_005')) throw error;
      findings.break('ledger', error.message);
      return null;
    }
  }

  #checkMissing({ startMs }: TimeChunk, findings: Findings): void {
    const [first, last] = [this.#recorded.at(0), this.#recorded.at(-1)];
    const isBetween = first !== undefined && last !== undefined && first < startMs && startMs < last;
    if (isBetween) findings.break('missing', 'it was never built, but hours before and after it were');
    else findings.note('never built');
  }

  /** Whether Druid is to serve the hour's current manifest now. */
  async #checkState(last: LedgerEntry, findings: Findings): Promise<boolean> {
    const owner = await ownerOf(this.#context, last);
    if (owner !== null) {
      findings.note(`run ${owner.runId} of ${owner.owner} is at work until ${owner.until}`);
      return false;
    }
    const work = unfinishedWork(last, this.#context.indexer !== null);
    if (work !== null) findings.break('state', work.reason);
    return last.state === 'done';
  }

  /** The hour's current one; null when there is none that can be read. */
  async #manifest(history: readonly LedgerEntry[], findings: Findings): Promise<Manifest | null> {
    const entry = currentEntry(history);
    if (entry === undefined) return null;
    try {
      const { manifest } = await readManifest(this.#context.store, entry, this.#signal);
      checkLateNamed(manifest, entry, findings);
      return manifest;
    } catch (error) {
      if (!isHourmillError(error, 'HM_STORE_003') && !isHourmillError(error, 'HM_LEDGER_004')) throw error;
      findings.break('manifest', error.message);
      return null;
    }
  }

  async #checkManifest(chunk: TimeChunk, manifest: Manifest, before: Plan | null, findings: Findings): Promise<number> {
    const { plan } = manifest;
    findings.expect(plan.chunk.startMs === chunk.startMs, 'manifest', `the manifest is that of ${plan.hour}`);
    checkNumbers(manifest, findings);
    if (before !== null) checkTiling(before, plan, findings);
    this.#ranges.set(chunk.startMs, plan.ranges ?? []);
    this.#checkObjects(chunk, plan, findings);
    await checkLeftToOthers(plan, (earlier) => this.#rangesOf(earlier), findings);
    for (const { source, reason } of plan.losses) findings.note(`without ${source}: ${reason}`);
    return checkFiles(this.#context.store, manifest, findings, this.#signal);
  }

  /** An object that two hours have read must be input of both by its name: as the window says, and no farther. */
  #checkObjects(chunk: TimeChunk, { splits }: Plan, findings: Findings): void {
    const { source } = this.#context;
    const isInput = source.inputOf?.(chunk);
    for (const { type, id } of splits) {
      if (type !== 'object' || isInput === undefined) continue;
      const first = this.#firstReader.get(id);
      if (first === undefined) this.#firstReader.set(id, { hour: isoMillis(chunk.startMs), isInput: isInput(id) });
      else if (first.isInput !== isInput(id))
        findings.break('objects', `${id} was read by ${first.hour} too, but by its name it is input of one of both`);
    }
  }

  async #rangesOf(chunk: TimeChunk): Promise<readonly KafkaRange[] | null> {
    const known = this.#ranges.get(chunk.startMs);
    if (known !== undefined) return known;
    // Its own findings are for when it is verified itself.
    const history = await this.#history(chunk, new Findings());
    const manifest = history === null ? null : await this.#manifest(history, new Findings());
    const ranges = manifest === null ? null : (manifest.plan.ranges ?? []);
    this.#ranges.set(chunk.startMs, ranges);
    return ranges;
  }

  async #checkServed(manifest: Manifest, findings: Findings): Promise<HourChain['served']> {
    const { indexer } = this.#context;
    if (indexer === null) return null;
    const { served, differences } = await compareServed(indexer, manifest, this.#signal);
    for (const difference of differences) findings.break('druid', difference);
    return served;
  }
}

/** Late rows that no entry names never wait for their hour. */
function checkLateNamed(manifest: Manifest, { late = [] }: LedgerEntry, findings: Findings): void {
  const named = new Set(late.map(({ path }) => path));
  for (const { path } of lateOf(manifest)) {
    findings.expect(named.has(path), 'late', `the ledger does not name ${path}, which the manifest has written`);
  }
}
