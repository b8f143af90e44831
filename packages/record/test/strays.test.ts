import { chunkAt, isoMillis } from '@hourmill/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Strays } from '../src/strays/strays.ts';

const HOUR_MS = 3_600_000;
const BUILT = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
const MAX_CHUNKS = 5;

/** The same, with all events at hand: every chunk is counted, then the nearest are picked. */
function countAtOnce(times: readonly number[]): Record<string, number> {
  const all = new Map<number, number>();
  for (const time of times) {
    const { startMs } = chunkAt(time, 'hour');
    all.set(startMs, (all.get(startMs) ?? 0) + 1);
  }
  const distance = (startMs: number): number => Math.abs(startMs - BUILT.startMs);
  const sorted = [...all].sort(([a], [b]) => distance(a) - distance(b) || a - b);
  const nearest = sorted.slice(0, MAX_CHUNKS).sort(([a], [b]) => a - b);
  const other = sorted.slice(MAX_CHUNKS).reduce((sum, [, events]) => sum + events, 0);
  const named = nearest.map(([startMs, events]) => [isoMillis(startMs), events] as const);
  return { ...Object.fromEntries(named), ...(other === 0 ? {} : { other }) };
}

function count(times: readonly number[]): Strays {
  const strays = new Strays(BUILT, MAX_CHUNKS);
  for (const time of times) strays.add(time);
  return strays;
}

const stray = fc
  .tuple(fc.integer({ min: -20, max: 20 }), fc.nat(HOUR_MS - 1))
  .map(([hours, rest]) => BUILT.startMs + hours * HOUR_MS + rest);
const strays = fc.array(stray, { maxLength: 80 });

test('the nearest chunks are told apart with exact counts, in whatever order the events come', () => {
  fc.assert(
    fc.property(strays, (times) => {
      const counts = count(times).counts();
      expect(counts).toEqual(countAtOnce(times));
      expect(Object.keys(counts)).toEqual(Object.keys(countAtOnce(times)));
    }),
    { numRuns: 500 },
  );
});

test('several counts merge to the count of all, whoever counted what and in whatever order they are merged', () => {
  fc.assert(
    fc.property(fc.array(strays, { minLength: 1, maxLength: 4 }), strays, (dealt, before) => {
      const merged = count(before);
      for (const times of dealt) merged.merge(structuredClone(count(times).data()));
      expect(merged.counts()).toEqual(countAtOnce([...before, ...dealt.flat()]));
    }),
    { numRuns: 500 },
  );
});

test('a count may be looked at while events still come', () => {
  fc.assert(
    fc.property(strays, strays, (first, second) => {
      const counting = count(first);
      expect(counting.counts()).toEqual(countAtOnce(first));
      for (const time of second) counting.add(time);
      expect(counting.counts()).toEqual(countAtOnce([...first, ...second]));
    }),
  );
});

test('a million chunks, the farthest first, take no time and little memory', () => {
  const counting = new Strays(BUILT);
  const startMs = performance.now();
  for (let hours = 1_000_000; hours > 0; hours--) counting.add(BUILT.startMs - hours * HOUR_MS);
  expect(counting.data().chunks).toHaveLength(10_000);
  expect(counting.data().other).toBe(990_000);
  expect(performance.now() - startMs).toBeLessThan(5000);
});
