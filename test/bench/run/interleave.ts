/** One of several that are measured in turn. */
export interface Entry<T> {
  readonly name: string;
  once(): Promise<T>;
}

export interface Rounds {
  /** Measured. */
  readonly runs: number;
  /** Before them, not measured: caches are filled, and what cannot work at all is found. */
  readonly warmups: number;
}

/**
 * Runs all entries round by round, A B C, B C A, C A B, so that what the machine does besides hits all alike. `afterRound`
 * sees what each gave; an entry for which `isOut` holds is left out from then on.
 */
export async function interleave<T>(
  entries: readonly Entry<T>[],
  { runs, warmups }: Rounds,
  isOut: (result: T) => boolean,
  afterRound: (results: ReadonlyMap<string, T>, measured: boolean) => Promise<void>,
): Promise<void> {
  const out = new Set<string>();
  for (let round = -warmups; round < runs; round++) {
    const results = new Map<string, T>();
    for (const { name, once } of rotated(entries, round + warmups)) {
      if (out.has(name)) continue;
      const result = await once();
      results.set(name, result);
      if (isOut(result)) out.add(name);
    }
    await afterRound(results, round >= 0);
  }
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
