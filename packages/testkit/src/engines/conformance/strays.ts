import { describe, expect, test } from 'vitest';
import { lines } from '../event-texts.ts';
import type { Build } from './suite.ts';

/** Events outside the hour are counted by the chunk that they belong to. */
export function straysSuite(build: Build): void {
  describe('strays', () => {
    test('of all but the 10,000 nearest chunks are counted together', async () => {
      const hour = (index: number): object => ({ ts: index * 3_600_000 });
      const files = [lines(...Array.from({ length: 10_005 }, (_, index) => hour(index)), hour(0), hour(10_004))];
      const { result } = await build({ files });
      expect(Object.keys(result.strays)).toHaveLength(10_001);
      expect(result.strays).toMatchObject({
        '1970-01-01T05:00:00.000Z': 1,
        [new Date(10_004 * 3_600_000).toISOString()]: 2,
        other: 6,
      });
      expect(result.counts.stray).toBe(10_007);
    });

    test('are counted by the chunk they belong to, before 1970 too', async () => {
      const { result } = await build({ files: [lines({ ts: '1969-12-31T23:59:59.999Z' }, { ts: '0000-01-01' })] });
      expect(result.strays).toEqual({ '0000-01-01T00:00:00.000Z': 1, '1969-12-31T23:00:00.000Z': 1 });
    });
  });
}
