import { isoMillis, type TimeChunk } from '@hourmill/core';
import { collectGarbage, type PipelineContext, type RunOptions, runHours, verifyHour } from '@hourmill/runner';
import type { Random } from '@hourmill/testkit';

/** How an hour came out. */
export interface HourResult {
  readonly chunk: TimeChunk;
  readonly error: unknown;
  /** Done before, and nothing was to be done. */
  readonly stands: boolean;
  readonly text: string;
}

/** What one process does. */
export interface Command {
  readonly name: string;
  run(context: PipelineContext): Promise<readonly HourResult[]>;
}

export const LEASE_MS = 20_000;
/** Shorter than a lease and shorter than a sleep: no promise may hang on it. */
const LONGEST_GRACE_MS = 30_000;

/** Builds hours, one after the other. */
export function runCommand(chunks: readonly TimeChunk[], options: RunOptions): Command {
  return {
    name: `run ${JSON.stringify(options)} of ${chunks.map(hourOf)}`,
    run: async (context) => {
      const outcomes = await runHours(context, chunks, { ...options, leaseMs: LEASE_MS });
      return outcomes.map(({ chunk, report, error }) => ({
        chunk,
        error,
        stands: report?.state === 'done' && report.unchanged,
        text: report === null ? String(error) : `${report.state}${report.unchanged ? ', unchanged' : ''}`,
      }));
    },
  };
}

/** Removes what no entry names. */
export function gcCommand(graceMs: number): Command {
  return {
    name: `gc of what is older than ${graceMs} ms`,
    run: async (context) => {
      await collectGarbage(context, { graceMs, remove: true });
      return [];
    },
  };
}

/** Compares an hour with what Druid serves; while others are at work it may differ. */
function verifyCommand(chunk: TimeChunk): Command {
  return {
    name: `verify ${hourOf(chunk)}`,
    run: async (context) => {
      const { matches } = await verifyHour(context, chunk, new AbortController().signal);
      return [{ chunk, error: null, stands: false, text: matches ? 'matches' : 'differs' }];
    },
  };
}

/** Some command. */
export function anyCommand(random: Random, hours: readonly TimeChunk[]): Command {
  const hour = random.pick(hours);
  const kind = random.below(12);
  if (kind < 2) return gcCommand(random.below(LONGEST_GRACE_MS));
  if (kind < 3) return verifyCommand(hour);
  const options: RunOptions = random.pick([{}, {}, {}, { force: true }, { noIndex: true }]);
  return runCommand(random.chance(0.3) ? hours : [hour], options);
}

export function hourOf({ startMs }: TimeChunk): string {
  return isoMillis(startMs).slice(11, 13);
}
