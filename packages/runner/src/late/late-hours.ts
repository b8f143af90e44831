import { isoMillis, type TimeChunk } from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { assessLate, type LateAssessment } from './assess-late.ts';

/** What waits for an hour. */
export interface LateHour {
  /** Start of the hour, ISO with milliseconds. */
  readonly hour: string;
  /** Rows that later hours met of it. */
  readonly rows: number;
  /** Files in which these are. */
  readonly files: number;
  /** Objects that came after the hour was built. */
  readonly newObjects: number;
  /** Objects that have other bytes than the hour has read. */
  readonly changedObjects: number;
  /** What `backfill --only-late` does. */
  readonly action: 'merge' | 'rebuild' | 'none';
  /** Why it cannot be merged, or why nothing is done; null: for no particular reason. */
  readonly why: string | null;
}

/** Hours that are looked at at the same time. */
const HOURS_AT_ONCE = 8;

/**
 * What waits for each of these hours, in their order. More than 20,000 rows of an hour, and those of an hour that is not as far as it
 * goes, are counted by the ledger, without reading them: one that two runs have met counts twice then, and one that lies in the
 * hour's own input counts too; a merge leaves both out.
 * @throws HM_INPUT_* when the source does not answer, HM_LEDGER_*, HM_STORE_*
 */
export async function lateHours(
  context: PipelineContext,
  chunks: readonly TimeChunk[],
  signal: AbortSignal,
): Promise<readonly LateHour[]> {
  const hours: LateHour[] = [];
  const waiting = chunks.entries();
  const work = async (): Promise<void> => {
    for (const [index, chunk] of waiting) {
      hours[index] = toLateHour(chunk, await assessLate(context, chunk, context.indexer !== null, signal));
    }
  };
  await Promise.all(Array.from({ length: Math.min(HOURS_AT_ONCE, chunks.length) }, work));
  return hours;
}

function toLateHour(chunk: TimeChunk, { waiting, rows, objects, action, why, history }: LateAssessment): LateHour {
  return {
    hour: isoMillis(chunk.startMs),
    rows,
    files: waiting.length,
    newObjects: objects.added.length,
    changedObjects: objects.changed.length,
    action: action === 'ordinary' ? ordinaryAction(history) : action,
    why,
  };
}

/** What a run of an hour that is not as far as it goes comes to. */
function ordinaryAction(history: LateAssessment['history']): LateHour['action'] {
  return history.at(-1)?.leaseUntil == null ? 'rebuild' : 'merge';
}
