import { describe, expect, test } from 'vitest';
import { at, dimension, lines, metrics } from '../event-texts.ts';
import type { Build } from './suite.ts';

/** Each record read ends in exactly one count, and the first rule that holds decides. */
export function judgementSuite(build: Build): void {
  describe('the judgement of a record', () => {
    const program = {
      deduplicate: { key: [['id']], keep: 'first' },
      dimensions: [dimension('page')],
      metrics: metrics('longSum added'),
      filter: { kind: 'compare', field: ['ok'], operator: '=', literal: { kind: 'boolean', value: true } },
    } as const;
    const good = { id: 1, page: 'x', added: 1, ok: true };

    test.each([
      ['unreadable comes before all', '{"added":"x"', 'HM_EVENT_001'],
      ['another kind of value is unreadable', '[]', 'HM_EVENT_001'],
      ['invalid UTF-8', Buffer.from('{"a":"\xff"}\n', 'latin1'), 'HM_EVENT_002'],
      ['a time of a wrong type comes before a bad key', { ...good, ts: true, id: [] }, 'HM_EVENT_004'],
      ['a bad key comes before a missing time', { ...good, id: {} }, 'HM_EVENT_004'],
      ['a bad dimension comes before a missing time', { ...good, page: ['x'] }, 'HM_EVENT_004'],
      ['a bad metric comes before a missing time', { ...good, added: 1.5 }, 'HM_EVENT_004'],
      ['a metric beyond 64 bits', '{"added":9223372036854775808}', 'HM_EVENT_005'],
      ['a missing time comes before a missing key', { page: 'x' }, 'HM_EVENT_006'],
      ['a null time', { ...good, ts: null }, 'HM_EVENT_006'],
      ['an absurd time comes before a missing key', { ts: 'soon' }, 'HM_EVENT_007'],
      ['a missing key comes before the hour', { ts: '2020-01-01' }, 'HM_EVENT_008'],
      ['a null key comes before the filter', at(1, { id: null }), 'HM_EVENT_008'],
    ])('%s', async (_, record, reason) => {
      const { result, rejects } = await build({ program, files: [record instanceof Buffer ? record : lines(record)] });
      expect(result.counts).toMatchObject({ read: 1, rejected: 1 });
      expect(result.rejectReasons).toEqual({ [reason]: 1 });
      expect(rejects).toMatchObject([{ reason, record: 0, split: '000.json' }]);
    });

    test('the hour comes before the filter, the filter before the key, and only a kept candidate claims its key', async () => {
      const events = [
        { ...good, ts: '2026-11-22T09:59:59.999Z', ok: false },
        at(1, { ...good, ok: false }),
        at(2, { ...good, ok: null }),
        at(3, good),
        at(4, good),
        { ...good, ts: '2026-11-22T11:00:00Z' },
      ];
      const { result, rows } = await build({ program, files: [lines(...events)] });
      expect(result.counts).toEqual({ read: 6, kept: 1, duplicate: 1, filtered: 2, stray: 2, rejected: 0 });
      expect(result.strays).toEqual({ '2026-11-22T09:00:00.000Z': 1, '2026-11-22T11:00:00.000Z': 1 });
      expect(rows).toMatchObject([{ page: 'x', n: 1n, longSum_added: 1n }]);
    });

    test('the filter may look at fields of any type without rejecting', async () => {
      const events = [at(1, { ...good, ok: [] }), at(1, { ...good, ok: { deep: 1 } }), at(1, good)];
      const { result } = await build({ program, files: [lines(...events)] });
      expect(result.counts).toMatchObject({ filtered: 2, kept: 1, rejected: 0 });
    });
  });
}
