import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { SeedRange, SeedReport } from './seed-worker.ts';

export interface Played {
  readonly seeds: number;
  readonly processes: number;
  /** Of the smallest seed that broke something in its thread. */
  readonly broken: SeedReport['broken'];
}

/** Plays the seeds `[from, to)` on all cores. A thread stops at the first seed that breaks something. */
export async function playSeeds(from: number, to: number): Promise<Played> {
  const step = Math.min(availableParallelism(), to - from);
  const starts = Array.from({ length: step }, (_, index) => from + index);
  const reports = await Promise.all(starts.map((start) => playInThread({ from: start, to, step })));
  const broken = reports.flatMap((report) => report.broken ?? []).sort((a, b) => a.seed - b.seed);
  return {
    seeds: reports.reduce((sum, { seeds }) => sum + seeds, 0),
    processes: reports.reduce((sum, { processes }) => sum + processes, 0),
    broken: broken[0],
  };
}

function playInThread(range: SeedRange): Promise<SeedReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./seed-worker.ts', import.meta.url), { workerData: range });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
