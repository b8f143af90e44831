import { addCounts, checkCounts, NO_COUNTS } from '@hourmill/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  HOSTILE_HOUR_MS,
  HOSTILE_PROGRAM,
  hostileFile,
  hostileProgram,
  sampleHostileFile,
} from '../../events/hostile-events.ts';
import { dimension, lines, metrics } from '../event-texts.ts';
import type { Build } from './suite.ts';

/** Clean events of two publishers in the first minutes of the hour. */
interface Event {
  readonly id: number;
  readonly publisher: string;
  readonly minute: number;
  readonly price: number;
  readonly clicks: number;
}

const event = fc.record<Event>({
  id: fc.nat(1_000_000),
  publisher: fc.constantFrom('a', 'b'),
  minute: fc.nat(3),
  price: fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
  clicks: fc.nat(100),
});

const PROGRAM = {
  queryGranularityMs: 60_000,
  dimensions: [dimension('publisher')],
  metrics: metrics('doubleSum price', 'longSum clicks', 'doubleMax price'),
  deduplicate: { key: [['id']], keep: 'first' },
} as const;

const toLine = ({ minute, ...fields }: Event): string =>
  JSON.stringify({ ts: HOSTILE_HOUR_MS + minute * 60_000, ...fields });

/** Deals lines to files: line i goes to the file that the i-th number names. */
function deal(texts: readonly string[], numbers: readonly number[], files: number): string[] {
  return Array.from({ length: files }, (_, file) => {
    return lines(...texts.filter((_text, index) => (numbers[index % numbers.length] ?? 0) % files === file));
  });
}

/** What holds for any input. `runs` is the number of cases for each property. */
export function propertiesSuite(build: Build, runs: number): void {
  describe('on hostile input', () => {
    test('counts always add up, the parts hold what was kept, and a rerun gives the same bytes', async () => {
      const files = fc.array(hostileFile(15), { maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(files, hostileProgram(), async (bytes, program) => {
          const built = await build({ files: bytes, program });
          const { result, rows } = built;
          checkCounts(result.counts);
          expect(result.splits.reduce((sum, { counts }) => addCounts(sum, counts), NO_COUNTS)).toEqual(result.counts);
          expect(rows.reduce((sum, { events }) => sum + Number(events), 0)).toBe(result.counts.kept);
          expect(Object.values(result.strays).reduce((sum, count) => sum + count, 0)).toBe(result.counts.stray);
          const again = await build({ files: bytes, program });
          expect([again.parts, again.rejects]).toEqual([built.parts, built.rejects]);
        }),
        { numRuns: runs },
      );
    });

    test('a large sample reaches every outcome and nearly every reason', async () => {
      const file = sampleHostileFile({ seed: 20_261_122, lines: 3000 });
      const { result } = await build({ files: [file], program: HOSTILE_PROGRAM, limits: { maxRecordBytes: 8000 } });
      checkCounts(result.counts);
      for (const [outcome, count] of Object.entries({ ...result.counts, filtered: 1 }))
        expect(count, outcome).toBeGreaterThan(0);
      expect(Object.keys(result.rejectReasons)).toEqual(
        ['001', '002', '003', '004', '005', '006', '007', '008'].map((number) => `HM_EVENT_${number}`),
      );
    });
  });

  describe('the order and number of records', () => {
    test('shuffling records between files does not change the groups when keys are unique', async () => {
      const unique = fc.uniqueArray(event, { selector: ({ id }) => id, maxLength: 40 });
      const shuffled = unique.chain((events) =>
        fc.tuple(
          fc.constant(events),
          fc.shuffledSubarray(events, { minLength: events.length }),
          fc.array(fc.nat(), { minLength: 1 }),
        ),
      );
      await fc.assert(
        fc.asyncProperty(shuffled, fc.integer({ min: 1, max: 4 }), async ([events, again, numbers], files) => {
          const before = await build({ program: PROGRAM, files: [lines(...events.map(toLine))] });
          const after = await build({ program: PROGRAM, files: deal(again.map(toLine), numbers, files) });
          expect(after.parts).toEqual(before.parts);
          expect(after.result.sums).toEqual(before.result.sums);
        }),
        { numRuns: runs },
      );
    });

    test('duplicating any records behind their first appearance never changes the output of keep: first', async () => {
      const events = fc.array(event, { minLength: 1, maxLength: 30 });
      const copies = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 20 });
      await fc.assert(
        fc.asyncProperty(events, copies, async (originals, places) => {
          const repeated = originals.map(toLine);
          for (const [which, where] of places) {
            const line = repeated[which % repeated.length] ?? '';
            const first = repeated.indexOf(line);
            repeated.splice(first + 1 + (where % (repeated.length - first)), 0, line);
          }
          const before = await build({ program: PROGRAM, files: [lines(...originals.map(toLine))] });
          const after = await build({ program: PROGRAM, files: [lines(...repeated)] });
          expect(after.parts).toEqual(before.parts);
          expect(after.result.counts.kept).toBe(before.result.counts.kept);
          expect(after.result.counts.duplicate).toBe(before.result.counts.duplicate + places.length);
        }),
        { numRuns: runs },
      );
    });

    test('keep: last of a sequence of files is keep: first of the reversed sequence', async () => {
      const events = fc.array(fc.record({ e: event, id: fc.nat(5) }), { maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(events, async (list) => {
          const texts = list.map(({ e, id }) => toLine({ ...e, id }));
          const last = { ...PROGRAM, deduplicate: { key: [['id']], keep: 'last' } } as const;
          const forwards = await build({ program: last, files: texts.map((text) => lines(text)) });
          const backwards = await build({ program: PROGRAM, files: texts.toReversed().map((text) => lines(text)) });
          expect(forwards.parts).toEqual(backwards.parts);
          expect(forwards.result.splits.map(({ counts }) => counts)).toEqual(
            backwards.result.splits.map(({ counts }) => counts).reverse(),
          );
        }),
        { numRuns: Math.ceil(runs / 2) },
      );
    });
  });
}
