import type { Digest } from '../run/compare.ts';
import type { Run } from '../run/run-once.ts';

/** All that was measured, as it goes into the JSON file. */
export interface BenchResults {
  readonly version: 1;
  readonly startedAt: string;
  readonly machine: Machine;
  readonly arguments: readonly string[];
  readonly hourmill: HourmillBuild;
  readonly cases: readonly CaseResult[];
  readonly startup: readonly StartupResult[];
  readonly linear: LinearResult | null;
}

export interface Machine {
  readonly processors: number;
  readonly model: string;
  readonly memoryMib: number;
  readonly node: string;
  /** Of one minute, before the first run. More than a little says that the machine was not ours alone. */
  readonly load: number;
}

/** Which program was measured. */
export interface HourmillBuild {
  /** A hash of all that the build put together. */
  readonly build: string;
  readonly engine: string;
}

/** One run without what it printed. */
export interface RunNumbers extends Omit<Run, 'stdout' | 'stderr' | 'outcome' | 'reason'> {
  /** Hourmill's own clock, by step. */
  readonly timingsMs: Readonly<Record<string, number>> | null;
}

export interface ContenderResult {
  readonly name: string;
  readonly version: string | null;
  /** "cannot": the engine has no way to do this job. */
  readonly outcome: Run['outcome'];
  readonly reason: string | null;
  /** The measured ones that ended well. */
  readonly runs: readonly RunNumbers[];
  /** Of its last output. */
  readonly digest: Digest | null;
  /** What a client of Kafka took in its last run; null of those that write files. */
  readonly consumption: Consumption | null;
}

/** By the client's own count. */
export interface Consumption {
  readonly messages: number;
  /** Of their values. */
  readonly bytes: number;
}

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly events: number;
  readonly bytes: number;
  readonly threads: number;
  readonly contenders: readonly ContenderResult[];
  /** In words; of any round. */
  readonly differences: readonly string[];
}

export interface StartupResult {
  readonly name: string;
  readonly runs: readonly RunNumbers[];
}

export interface LinearResult {
  readonly smallEvents: number;
  readonly largeEvents: number;
  readonly small: readonly RunNumbers[];
  readonly large: readonly RunNumbers[];
  /** CPU time an event, large over small, of medians. What a run costs without events makes it less than 1. */
  readonly ratio: number;
  /** CPU nanoseconds that each of the events that only the large input has adds: free of that cost. */
  readonly addedNs: number;
}

/** What a contender says of itself: its last line is JSON, Hourmill's only one is a run report. */
interface Answer {
  readonly version?: unknown;
  readonly messages?: unknown;
  readonly bytes?: unknown;
  readonly timingsMs?: Readonly<Record<string, number>>;
}

export function answerOf({ stdout }: Run): Answer {
  const text = stdout.trim();
  for (const candidate of [text, text.slice(text.lastIndexOf('\n') + 1)]) {
    try {
      const answer: unknown = JSON.parse(candidate);
      if (typeof answer === 'object' && answer !== null) return answer;
    } catch {
      // The next candidate.
    }
  }
  return {};
}

export function consumptionOf(run: Run): Consumption | null {
  const { messages, bytes } = answerOf(run);
  return typeof messages === 'number' && typeof bytes === 'number' ? { messages, bytes } : null;
}

export function numbersOf(run: Run): RunNumbers {
  const { stdout: _, stderr, outcome: __, reason: ___, ...numbers } = run;
  const timingsMs = { ...answerOf(run).timingsMs, ...printedTimings(stderr) };
  return { ...numbers, timingsMs: Object.keys(timingsMs).length === 0 ? null : timingsMs };
}

/** With {@link PRINT_TIMINGS} in its environment a program may print lines "timing NAME MILLISECONDS" on standard error. */
export const PRINT_TIMINGS = { HOURMILL_TIMINGS: '1' };

function printedTimings(stderr: string): Record<string, number> {
  return Object.fromEntries(
    [...stderr.matchAll(/^timing (\S+) ([\d.]+)$/gm)].map(([, name, ms]) => [name, Number(ms)]),
  );
}
