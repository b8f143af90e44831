import type { Bench } from '../bench.ts';
import { LINEAR } from '../cases.ts';
import { hourmillContender } from '../contenders/hourmill.ts';
import { type LinearResult, numbersOf, type RunNumbers } from '../report/results.ts';
import { medianOf } from '../report/statistics.ts';
import { interleave } from './interleave.ts';
import { dataSetOf } from './run-case.ts';
import { runContender } from './run-contender.ts';
import type { Run } from './run-once.ts';
import { throwUnlessDone } from './run-startup.ts';

/** Whether an event costs the same among ten times as many: the groups are the same, so nothing but events grows. */
export async function runLinear(bench: Bench): Promise<LinearResult> {
  const { options } = bench;
  const sizes = [LINEAR.small, LINEAR.large];
  const measured: RunNumbers[][] = sizes.map(() => []);
  const entries = [];
  for (const [index, job] of sizes.entries()) {
    const dataSet = await dataSetOf(bench, job);
    const contender = hourmillContender(`linear-${index}`, { workers: null, engine: options.engine });
    const once = async () => (await runContender(bench, contender, { job, dataSet, s3: null, kafka: null })).run;
    entries.push({ name: String(index), once });
  }
  const rounds = { runs: Math.min(options.runs, LINEAR.maxRuns), warmups: 1 };
  await interleave<Run>(entries, rounds, throwUnlessDone, async (runs, counts) => {
    if (counts) for (const [index, run] of runs) measured[Number(index)]?.push(numbersOf(run));
  });
  const [small = [], large = []] = measured;
  const [smallEvents, largeEvents] = sizes.map(({ scale }) => scale * options.events) as [number, number];
  const [smallS, largeS] = [medianOf(small, cpuOf), medianOf(large, cpuOf)];
  return {
    smallEvents,
    largeEvents,
    small,
    large,
    ratio: largeS / largeEvents / (smallS / smallEvents),
    addedNs: ((largeS - smallS) / (largeEvents - smallEvents)) * 1e9,
  };
}

const cpuOf = ({ cpuS }: RunNumbers) => cpuS;
