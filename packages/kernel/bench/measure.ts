/** User and system time that this process takes meanwhile. */
export function cpuNanoseconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return 1000 * (user + system);
}

export interface MeasureOptions {
  /** Default 5. */
  readonly rounds?: number;
  /** Before each round, and not counted. */
  readonly prepare?: () => void;
}

/** Prints the CPU ns of one of `count` things, the best of some rounds. */
export function measure(name: string, count: number, run: () => void, options: MeasureOptions = {}): void {
  const { rounds = 5, prepare } = options;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    prepare?.();
    best = Math.min(best, cpuNanoseconds(run));
  }
  const ns = (best / count).toFixed(1).padStart(7);
  console.log(`${name.padEnd(64)} ${ns} ns, ${(best / 1e6).toFixed(1)} ms`);
}

/** Scatters the numbers below 2^32. */
export function scatter(i: number): number {
  return Math.imul(i ^ (i >>> 15), 0x2c1b3c6d) >>> 0;
}
