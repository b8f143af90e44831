import { parentPort, workerData } from 'node:worker_threads';
import { concurrentPlot } from './plots.ts';
import { simulate } from './simulate.ts';

/** Every `step`-th seed of `[from, to)`. */
export interface SeedRange {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

export interface SeedReport {
  readonly seeds: number;
  readonly processes: number;
  /** The first seed that broke something, with its story. */
  readonly broken?: { readonly seed: number; readonly text: string };
}

parentPort?.postMessage(await playAll(workerData as SeedRange));

async function playAll({ from, to, step }: SeedRange): Promise<SeedReport> {
  let seeds = 0;
  let processes = 0;
  for (let seed = from; seed < to; seed += step) {
    const played = await simulate(seed, concurrentPlot);
    // The runner leaves marks for the command line, and node keeps them all.
    performance.clearMarks();
    seeds += 1;
    processes += played.processes;
    if (played.broken.length > 0) {
      const text = [...played.story, ...played.broken].join('\n');
      return { seeds, processes, broken: { seed, text } };
    }
  }
  return { seeds, processes };
}
