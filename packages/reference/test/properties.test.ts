import { addCounts, checkCounts, NO_COUNTS } from '@hourmill/core';
import { HOSTILE_HOUR_MS, HOSTILE_PROGRAM, hostileFile, hostileProgram, sampleHostileFile } from '@hourmill/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Built, build, dimension, lines, metrics } from './support/build.ts';

const partBytes = ({ result, objects }: Built): unknown[] => result.parts.map(({ path }) => objects.get(path));

describe('on hostile input', () => {
  test('counts always add up, the parts hold what was kept, and a rerun gives the same bytes', async () => {
    const files = fc.array(hostileFile(15), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        files,
        hostileProgram(),
        fc.integer({ min: 1, max: 300 }),
        async (bytes, program, pieceBytes) => {
          const built = await build({ files: bytes, program });
          const { result, rows, rejects } = built;
          checkCounts(result.counts);
          expect(result.splits.reduce((sum, { counts }) => addCounts(sum, counts), NO_COUNTS)).toEqual(result.counts);
          expect(rows.reduce((sum, { events }) => sum + Number(events), 0)).toBe(result.counts.kept);
          expect(rows).toHaveLength(result.groups);
          expect(rejects).toHaveLength(result.counts.rejected);
          expect(Object.values(result.strays).reduce((sum, count) => sum + count, 0)).toBe(result.counts.stray);
          expect((await build({ files: bytes, program, pieceBytes })).objects).toEqual(built.objects);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a large sample reaches every outcome and nearly every reason', async () => {
    const file = sampleHostileFile({ seed: 20_261_122, lines: 3000 });
    const { result } = await build({
      files: [file],
      program: HOSTILE_PROGRAM,
      limits: { maxRecordBytes: 8000 },
      pieceBytes: 5000,
    });
    checkCounts(result.counts);
    for (const [outcome, count] of Object.entries({ ...result.counts, filtered: 1 }))
      expect(count, outcome).toBeGreaterThan(0);
    expect(Object.keys(result.rejectReasons)).toEqual(
      ['001', '002', '003', '004', '005', '006', '007', '008'].map((number) => `HM_EVENT_${number}`),
    );
  });
});

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
        expect(partBytes(after)).toEqual(partBytes(before));
        expect(after.result.sums).toEqual(before.result.sums);
      }),
      { numRuns: 60 },
    );
  });

  test('duplicating any records behind their first appearance never changes the output of keep: first', async () => {
    const events = fc.array(event, { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(events, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 20 }), async (originals, copies) => {
        const repeated = originals.map(toLine);
        for (const [which, where] of copies) {
          const line = repeated[which % repeated.length] ?? '';
          const first = repeated.indexOf(line);
          repeated.splice(first + 1 + (where % (repeated.length - first)), 0, line);
        }
        const before = await build({ program: PROGRAM, files: [lines(...originals.map(toLine))] });
        const after = await build({ program: PROGRAM, files: [lines(...repeated)] });
        expect(partBytes(after)).toEqual(partBytes(before));
        expect(after.result.counts.kept).toBe(before.result.counts.kept);
        expect(after.result.counts.duplicate).toBe(before.result.counts.duplicate + copies.length);
      }),
      { numRuns: 60 },
    );
  });

  test('keep: last of a sequence of files is keep: first of the reversed sequence', async () => {
    const events = fc.array(fc.record({ ...{ e: event }, id: fc.nat(5) }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(events, async (list) => {
        const texts = list.map(({ e, id }) => toLine({ ...e, id }));
        const last = { ...PROGRAM, deduplicate: { key: [['id']], keep: 'last' } } as const;
        const forwards = await build({ program: last, files: texts.map((text) => lines(text)) });
        const backwards = await build({ program: PROGRAM, files: texts.toReversed().map((text) => lines(text)) });
        expect(partBytes(forwards)).toEqual(partBytes(backwards));
        expect(forwards.result.splits.map(({ counts }) => counts)).toEqual(
          backwards.result.splits.map(({ counts }) => counts).reverse(),
        );
      }),
      { numRuns: 40 },
    );
  });
});
