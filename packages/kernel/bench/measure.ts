const ROUNDS = 5;

/** Prints the CPU ns of one of `count` things, the best of five rounds. `prepare` is not counted. */
export function measure(name: string, count: number, run: () => void, prepare: () => void = () => {}): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    prepare();
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, user + system);
  }
  const ns = ((best * 1000) / count).toFixed(1).padStart(7);
  console.log(`${name.padEnd(52)} ${ns} ns, ${(best / 1000).toFixed(1)} ms`);
}

/** Scatters the numbers below 2^32. */
export function scatter(i: number): number {
  return Math.imul(i ^ (i >>> 15), 0x2c1b3c6d) >>> 0;
}
