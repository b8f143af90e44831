import { chunkAt } from '@hourmill/core';
import { unitsOf } from '@hourmill/record';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileEvent, hostileProgram } from '../../events/hostile-events.ts';
import { at, dimension, lines, metrics, PLAIN_PROGRAM, TEST_HOUR } from '../event-texts.ts';
import { exactSumsOf, groupOf, keptRecords } from '../record-oracle.ts';
import type { Build } from './suite.ts';

const CHUNK = chunkAt(Date.parse(TEST_HOUR), 'hour');
const BOTH = { fingerprints: true, accumulators: true };

/** What lies beside the parts for a later run. That the files are the very bytes of their formats is checked wherever they are read. */
export function sidecarsSuite(build: Build, runs: number): void {
  describe('sidecars', () => {
    const program = {
      dimensions: [dimension('g')],
      metrics: metrics('doubleSum y', 'longSum x', 'doubleSum z'),
      deduplicate: { key: [['id']], keep: 'first' as const },
    };
    const files = [
      lines(at(1, { id: 1, g: 'a', y: 0.1, z: 1 }), at(1, { id: 2, g: 'b', x: 1 }), at(1, { id: 1, g: 'b' })),
    ];

    test('are written as far as they are asked for', async () => {
      expect((await build({ program, files })).result.sidecars ?? []).toEqual([]);
      const kinds = async (fingerprints: boolean, accumulators: boolean) => {
        const { result } = await build({ program, files, sidecars: { fingerprints, accumulators } });
        return result.sidecars?.map(({ kind, algorithm, rows }) => [kind, algorithm, rows]);
      };
      expect(await kinds(false, false)).toEqual([]);
      expect(await kinds(true, false)).toEqual([['fingerprints', 'hm1', 2]]);
      expect(await kinds(false, true)).toEqual([['accumulators', null, 2]]);
      expect(await kinds(true, true)).toEqual([
        ['fingerprints', 'hm1', 2],
        ['accumulators', null, 2],
      ]);
    });

    test('are none where nothing is deduplicated, no double is summed, or nothing was kept', async () => {
      const plain = await build({ program: { metrics: metrics('longSum x') }, files, sidecars: BOTH });
      expect(plain.result.sidecars).toEqual([]);
      const empty = await build({ program, files: ['{}\n'], sidecars: BOTH });
      expect(empty.result).toMatchObject({ sidecars: [], parts: [] });
    });

    test('hold sums as they are, not as they are rounded, and null for no value', async () => {
      const event = (y: number | null, z?: number) => at(1, { id: Math.random(), g: 'a', y, z });
      const parts = [1e300, 1e-300, -1e300, 5e-324, 2 ** 53, 1];
      const built = await build({
        program,
        files: [lines(...parts.map((y) => event(y)), event(null), at(1, { id: -1, g: 'b', y: 0, z: -0 }))],
        sidecars: BOTH,
      });
      const sum = parts.reduce((total, y) => total + unitsOf(y), 0n);
      expect(built.exactSums).toEqual([
        [sum, null],
        [0n, 0n],
      ]);
    });

    test('hold the keys and sums that the records themselves say, on hostile input', async () => {
      const texts = fc.array(fc.array(hostileEvent(), { maxLength: 15 }), { maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(texts, hostileProgram(), async (events, variation) => {
          const whole = { ...PLAIN_PROGRAM, ...variation };
          const inFiles = events.map((some) => lines(...some));
          const { rows, fingerprints, exactSums } = await build({ program: variation, files: inFiles, sidecars: BOTH });
          const kept = keptRecords(whole, CHUNK, events.flat());
          const keys = whole.deduplicate === null ? [] : kept.map(({ fingerprint }) => fingerprint).sort();
          expect(fingerprints).toEqual(keys);
          const groups = exactSumsOf(whole, kept);
          expect(rows.map((row) => groupOf(whole, row)).sort()).toEqual([...groups.keys()].sort());
          expect(exactSums).toEqual(rows.map((row) => groups.get(groupOf(whole, row))));
        }),
        { numRuns: runs },
      );
    });

    test('of many keys and rows', async () => {
      const event = (index: number) =>
        at(index % 60, { id: index % 9000, g: `g${index % 5000}`, y: index / 7, z: -index });
      const built = await build({
        program: { ...program, queryGranularityMs: 60_000 },
        files: [lines(...Array.from({ length: 10_000 }, (_, index) => event(index)))],
        sidecars: BOTH,
      });
      expect(built.fingerprints).toHaveLength(9000);
      expect(built.exactSums).toHaveLength(built.result.groups);
    });
  });
}
