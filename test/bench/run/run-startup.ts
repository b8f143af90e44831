import type { Bench } from '../bench.ts';
import { LINEAR } from '../cases.ts';
import { HOURMILL, hourmillContender } from '../contenders/hourmill.ts';
import { provideDataSet } from '../data/data-set.ts';
import { numbersOf, PRINT_TIMINGS, type RunNumbers, type StartupResult } from '../report/results.ts';
import { interleave } from './interleave.ts';
import { runContender } from './run-contender.ts';
import { type Run, runOnce } from './run-once.ts';

const RUNS = 15;
const FEW_EVENTS = 1000;

/**
 * What a run costs before and after its events: Node alone, the command's help, and a whole run of a thousand events. Of the
 * run, Hourmill's own times are shown too, such as the one to the first byte that is read.
 */
export async function runStartup(bench: Bench): Promise<StartupResult[]> {
  const { python, signal, inputs, options } = bench;
  const { shape, files, compression } = LINEAR.small;
  const dataSet = await provideDataSet(inputs, { shape, events: FEW_EVENTS, files, compression }, signal);
  const contender = hourmillContender('startup', { workers: null, engine: options.engine });
  const work = { job: LINEAR.small, dataSet, s3: null, kafka: null, env: PRINT_TIMINGS };
  const entries = [
    { name: 'node -e 0', once: () => runOnce(['node', '-e', '0'], { python, signal }) },
    { name: 'hourmill --help', once: () => runOnce([HOURMILL, '--help'], { python, signal }) },
    { name: `hourmill run, ${FEW_EVENTS} events`, once: async () => (await runContender(bench, contender, work)).run },
  ];
  const measured = new Map<string, RunNumbers[]>(entries.map(({ name }) => [name, []]));
  await interleave<Run>(entries, { runs: RUNS, warmups: 2 }, throwUnlessDone, async (runs, counts) => {
    if (counts) for (const [name, run] of runs) measured.get(name)?.push(numbersOf(run));
  });
  return [...measured].map(([name, runs]) => ({ name, runs }));
}

/** Hourmill alone is measured here, so that a failure ends the benchmark. */
export function throwUnlessDone({ outcome, reason }: Run): boolean {
  if (outcome !== 'done') throw new Error(`hourmill did not finish: ${reason}`);
  return false;
}
