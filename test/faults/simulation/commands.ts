import { isoMillis, type RunReport, type TimeChunk } from '@hourmill/core';
import { collectGarbage, type PipelineContext, type RunOptions, runHour, runLate, verifyHour } from '@hourmill/runner';
import type { Random } from '@hourmill/testkit';

/** How an hour came out. */
interface HourResult {
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

/** Builds hours, or merges into them what waits, one after the other; one that fails keeps no other from its turn. */
export function runCommand(kind: 'run' | 'late', chunks: readonly TimeChunk[], options: RunOptions): Command {
  const build = kind === 'run' ? runHour : runLate;
  return {
    name: `${kind} ${JSON.stringify(options)} of ${chunks.map(hourOf)}`,
    run: async (context) => {
      const results: HourResult[] = [];
      for (const chunk of chunks) {
        const asked = { ...options, leaseMs: LEASE_MS };
        results.push(await build(context, chunk, asked).then((report) => ended(chunk, report), failed(chunk)));
      }
      return results;
    },
  };
}

function ended(chunk: TimeChunk, { state, unchanged, reason }: RunReport): HourResult {
  const text = `${state}${unchanged ? ', unchanged' : ''}: ${reason}`;
  return { chunk, error: null, stands: state === 'done' && unchanged, text };
}

function failed(chunk: TimeChunk): (error: unknown) => HourResult {
  return (error) => ({ chunk, error, stands: false, text: String(error) });
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
  const chunks = random.chance(0.3) ? hours : [hour];
  if (kind < 6) return runCommand('late', chunks, {});
  return runCommand('run', chunks, random.pick<RunOptions>([{}, {}, {}, { force: true }, { noIndex: true }]));
}

export function hourOf({ startMs }: TimeChunk): string {
  return isoMillis(startMs).slice(11, 13);
}
