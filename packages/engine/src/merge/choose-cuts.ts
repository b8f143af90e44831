import type { KeySample } from '../worker/stage.ts';

interface WeightedKey {
  readonly key: BigUint64Array;
  readonly weight: number;
}

/**
 * The first keys of the second, third, … of `workers` key ranges that hold about as many groups each, judged by the
 * samples. Any cut gives the same rows in the same order: this one decides only who has how much to do.
 */
export function chooseCuts(samples: readonly KeySample[], workers: number): BigUint64Array {
  const keyWords = samples[0]?.keyWords ?? 1;
  const keys = samples.flatMap(keysOf).sort((a, b) => compareKeys(a.key, b.key));
  const total = keys.reduce((sum, { weight }) => sum + weight, 0);
  const cuts = new BigUint64Array(keyWords * (workers - 1));
  let sum = 0;
  let cut = 0;
  for (const { key, weight } of keys) {
    if (cut === workers - 1) break;
    sum += weight;
    while (cut < workers - 1 && sum >= (total * (cut + 1)) / workers) cuts.set(key, keyWords * cut++);
  }
  // No groups at all: all ranges begin behind the last key.
  while (cut < workers - 1) cuts.fill(2n ** 64n - 1n, keyWords * cut++);
  return cuts;
}

function keysOf({ groups, keyWords, keys }: KeySample): WeightedKey[] {
  const count = keys.length / keyWords;
  return Array.from({ length: count }, (_, index) => {
    return { key: keys.subarray(keyWords * index, keyWords * (index + 1)), weight: groups / count };
  });
}

function compareKeys(a: BigUint64Array, b: BigUint64Array): number {
  for (let word = 0; word < a.length; word++) {
    const [left = 0n, right = 0n] = [a[word], b[word]];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
