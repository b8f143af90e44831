import { HourmillError, isoMillis, type LedgerEntry, type Sums, type TimeChunk } from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { readManifest } from '../run/hand-over.ts';
import { compareServed } from './served-numbers.ts';

/** The manifest's numbers of an hour beside those that Druid serves now. */
export interface HourVerification {
  readonly hour: string;
  readonly runId: string;
  readonly matches: boolean;
  readonly expected: Sums;
  readonly served: Sums;
  readonly differences: readonly string[];
}

/**
 * Asks Druid again for the sums of an hour that the ledger calls done. Writes nothing.
 * @throws HM_RUN_004 when the hour is not done, HM_USAGE_001 when the definition has no Druid
 */
export async function verifyHour(
  context: PipelineContext,
  chunk: TimeChunk,
  signal: AbortSignal,
): Promise<HourVerification> {
  const { indexer, ledger, store } = context;
  if (indexer === null) throw new HourmillError('HM_USAGE_001', 'the definition has no `druid`, so nothing is served');
  const last = (await ledger.history(chunk, signal)).at(-1);
  const done = requireDone(last, chunk);
  const { manifest } = await readManifest(store, done, signal);
  const expected = manifest.result.sums;
  const { served, differences } = await compareServed(indexer, manifest, signal);
  return {
    hour: manifest.plan.hour,
    runId: done.runId,
    matches: differences.length === 0,
    expected,
    served,
    differences,
  };
}

function requireDone(last: LedgerEntry | undefined, chunk: TimeChunk): LedgerEntry {
  if (last?.state === 'done') return last;
  throw new HourmillError('HM_RUN_004', `${isoMillis(chunk.startMs)} is ${last?.state ?? 'missing'}, not done`);
}
