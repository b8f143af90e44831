import { chunkAt, type LateRules } from '@hourmill/core';
import { createJudge } from '@hourmill/record';
import { lateHours } from '@hourmill/sidecar';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileEvent, hostileProgram } from '../../events/hostile-events.ts';
import { lines, PLAIN_PROGRAM, TEST_HOUR } from '../event-texts.ts';
import type { Build } from './suite.ts';

const CHUNK = chunkAt(Date.parse(TEST_HOUR), 'hour');
const HOUR_MS = 3_600_000;
const [EIGHT, NINE] = ['2026-11-22T08:00:00.000Z', '2026-11-22T09:00:00.000Z'];
const TWO_HOURS: LateRules = { fromMs: CHUNK.startMs - 2 * HOUR_MS, own: [] };

/** Strays of earlier hours are kept for them, as far as the plan says. */
export function lateRowsSuite(build: Build, runs: number): void {
  describe('late rows', () => {
    const raw = (time: string, more = ''): string => `{"ts":"2026-11-22T${time}Z"${more}}`;

    test('are the strays of earlier hours within the lateness, by hour and in the order of positions', async () => {
      const files = [
        lines(raw('09:59:59.999'), raw('10:00'), raw('08:00', ',"n":1'), raw('07:59:59')),
        lines('', raw('11:00'), raw('08:30'), '{"ts":"2026-11-22T09:00"'),
        `\ufeff${raw('09:00', ' , "s" : "ä\\n" ')} \r\n\n${raw('09:30')}`,
      ];
      const { late, result } = await build({ files, late: { rules: TWO_HOURS } });
      expect(late).toEqual({
        [EIGHT]: [
          { split: '000.json', record: 2, raw: raw('08:00', ',"n":1') },
          { split: '001.json', record: 1, raw: raw('08:30') },
        ],
        [NINE]: [
          { split: '000.json', record: 0, raw: raw('09:59:59.999') },
          { split: '002.json', record: 0, raw: `${raw('09:00', ' , "s" : "ä\\n" ')} ` },
          { split: '002.json', record: 1, raw: raw('09:30') },
        ],
      });
      expect(result.counts).toMatchObject({ kept: 1, stray: 7, rejected: 1 });
    });

    test('are none without a request, and where there are none', async () => {
      expect((await build({ files: [lines(raw('09:00'))] })).result.late).toBeUndefined();
      const { result, late } = await build({ files: [lines(raw('10:00'), raw('11:00'))], late: { rules: TWO_HOURS } });
      expect(result.late).toEqual([]);
      expect(late).toEqual({});
    });

    test('are not what lies in the input of its own hour', async () => {
      const own = [
        { split: 0, fromMs: Date.parse(NINE), toMs: CHUNK.startMs, offsets: null },
        { split: 1, fromMs: Date.parse(EIGHT), toMs: CHUNK.startMs, offsets: null },
      ];
      const three = lines(raw('08:00'), raw('09:00'), raw('07:00'));
      const { late } = await build({
        files: [three, three, three],
        late: { rules: { fromMs: TWO_HOURS.fromMs, own } },
      });
      expect(late).toEqual({
        [EIGHT]: [
          { split: '000.json', record: 0, raw: raw('08:00') },
          { split: '002.json', record: 0, raw: raw('08:00') },
        ],
        [NINE]: [{ split: '002.json', record: 1, raw: raw('09:00') }],
      });
    });

    test('are whole records, neither filtered nor deduplicated: their own hour decides that', async () => {
      const program = {
        deduplicate: { key: [['id']], keep: 'first' as const },
        filter: { kind: 'isNull' as const, field: ['unused'] },
      };
      const text = raw('09:00', ',"id":1,"unused":{"a":[1e400,"\\ud800"]}');
      const { late, result } = await build({
        program,
        files: [lines(text, text, raw('09:00'))],
        late: { rules: TWO_HOURS },
      });
      expect(late?.[NINE]?.map((row) => row.raw)).toEqual([text, text]);
      expect(result.counts).toMatchObject({ stray: 2, rejected: 1 });
    });

    test('over their limit fail the run', async () => {
      const files = [lines(...Array.from({ length: 50 }, () => raw('09:00')))];
      await expect(build({ files, late: { rules: TWO_HOURS, maxBytes: 1000 } })).rejects.toMatchObject({
        code: 'HM_LIMIT_005',
      });
      const { late } = await build({ files, late: { rules: TWO_HOURS, maxBytes: 50_000 } });
      expect(late?.[NINE]).toHaveLength(50);
    });

    test('of any number make one readable file an hour', async () => {
      const text = (index: number): string => raw('09:00', `,"n":${index},"s":"${'x'.repeat(index % 400)}"`);
      const all = Array.from({ length: 5000 }, (_, index) => text(index));
      const { late } = await build({
        files: [lines(...all.slice(0, 2000)), lines(...all.slice(2000))],
        late: { rules: TWO_HOURS },
      });
      expect(late?.[NINE]?.map((row) => row.raw)).toEqual(all);
    });

    test('are as the judge of the records and the rules of the plan say, on hostile input', async () => {
      const texts = fc.array(fc.array(hostileEvent(), { maxLength: 20 }), { minLength: 1, maxLength: 3 });
      const own = fc.array(
        fc.record({
          split: fc.nat(2),
          fromMs: fc.constant(Date.parse(NINE)),
          toMs: fc.constant(CHUNK.startMs),
          offsets: fc.constant(null),
        }),
        { maxLength: 2 },
      );
      await fc.assert(
        fc.asyncProperty(texts, own, hostileProgram(), async (events, input, variation) => {
          const rules = { fromMs: TWO_HOURS.fromMs, own: input };
          const { late } = await build({
            program: variation,
            files: events.map((some) => lines(...some)),
            late: { rules },
          });
          const judge = createJudge({ ...PLAIN_PROGRAM, ...variation }, CHUNK);
          const splits = events.map((_, ordinal) => ({
            type: 'object' as const,
            ordinal,
            id: '',
            bytes: 0,
            etag: '',
            compression: 'none' as const,
          }));
          const hourOf = lateHours({ chunk: CHUNK, splits, late: rules });
          const expected = events.flatMap((some, split) =>
            some.flatMap((text, record) => {
              const bytes = Buffer.from(text);
              const judgement = judge({ bytes, length: bytes.length, truncated: false, byteOffset: 0 });
              const hourMs = judgement.kind === 'stray' ? hourOf(split, record, judgement.timeMs) : null;
              return hourMs === null
                ? []
                : [[new Date(hourMs).toISOString(), split, record, text.replace(/\r$/, '')] as const];
            }),
          );
          const found = Object.entries(late ?? {}).flatMap(([hour, rows]) =>
            rows.map((row) => [hour, Number.parseInt(row.split, 10), row.record, row.raw] as const),
          );
          expect(found).toEqual(expected.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
        }),
        { numRuns: runs },
      );
    });
  });
}
