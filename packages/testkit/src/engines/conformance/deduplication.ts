import { describe, expect, test } from 'vitest';
import { at, dimension, lines, metrics } from '../event-texts.ts';
import type { Build } from './suite.ts';

/** Which duplicate wins is defined by positions. */
export function deduplicationSuite(build: Build): void {
  describe('deduplication', () => {
    const byId = (keep: 'first' | 'last') => ({ deduplicate: { key: [['id']], keep } }) as const;
    const program = { dimensions: [dimension('v')], metrics: metrics() };
    const files = [
      lines(at(1, { id: 1, v: 'a' }), at(1, { id: 2, v: 'b' })),
      lines(at(2, { id: 1.0, v: 'c' }), at(2, { id: '1', v: 'd' }), at(2, { id: 2, v: 'e' })),
    ];
    const counts = (kept: number, duplicate: number) => ({ kept, duplicate });

    test('keep: first keeps the earliest position', async () => {
      const { result, rows } = await build({ program: { ...program, ...byId('first') }, files });
      expect(rows.map(({ v }) => v)).toEqual(['a', 'b', 'd']);
      expect(result.splits).toMatchObject([{ counts: counts(2, 0) }, { counts: counts(1, 2) }]);
      expect(result.identity).toEqual({ algorithm: 'hm1', keys: 3, collisionBound: '1.3e-38' });
    });

    test('keep: last keeps the latest, and counts the earlier ones where they were read', async () => {
      const { result, rows } = await build({ program: { ...program, ...byId('last') }, files });
      expect(rows.map(({ v }) => v)).toEqual(['c', 'd', 'e']);
      expect(result.splits).toMatchObject([{ counts: counts(0, 2) }, { counts: counts(3, 0) }]);
      expect(result.identity).toMatchObject({ keys: 3 });
    });

    test('without it every record counts, and there is no identity', async () => {
      const { result } = await build({ program, files });
      expect(result.counts).toMatchObject({ kept: 5, duplicate: 0 });
      expect(result.identity).toBeNull();
    });

    test('a key of several fields is one only when all of them are the same', async () => {
      const events = [
        ['a', 'b'],
        ['ab', ''],
        ['', 'ab'],
        ['a', 'b'],
        [1, '1'],
        ['1', 1],
        [true, 'true'],
      ].map(([x, y]) => at(1, { x, y }));
      const { result } = await build({
        program: { deduplicate: { key: [['x'], ['y']], keep: 'first' } },
        files: [lines(...events)],
      });
      expect(result.counts).toMatchObject({ kept: 6, duplicate: 1 });
    });

    test('of equal keys in thousands of records exactly one is kept, the first or the last', async () => {
      const event = (index: number): object => at(index % 60, { id: index % 1000, v: String(index) });
      const all = Array.from({ length: 20_000 }, (_, index) => event(index));
      const dealt = [all.slice(0, 7000), all.slice(7000, 7001), all.slice(7001)].map((events) => lines(...events));
      for (const keep of ['first', 'last'] as const) {
        const { result, rows } = await build({ program: { ...program, ...byId(keep) }, files: dealt });
        expect(result.counts).toMatchObject({ kept: 1000, duplicate: 19_000 });
        const from = keep === 'first' ? 0 : 19_000;
        expect(rows.map(({ v }) => Number(v)).sort((a, b) => a - b)).toEqual(
          Array.from({ length: 1000 }, (_, index) => from + index),
        );
      }
    });
  });
}
