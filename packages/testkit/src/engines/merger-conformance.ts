import { invariant, isHourmillError, type StoredRollUp } from '@hourmill/core';
import { nearestDoubleOf, unitsOf } from '@hourmill/record';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileEvent, hostileProgram } from '../events/hostile-events.ts';
import { fuzzCase, inputFile } from '../fuzz/fuzz-case.ts';
import { type BuildOptions, type Built, engineSettings } from './build.ts';
import { at, dimension, lines, metrics, multiValue, PLAIN_PROGRAM } from './event-texts.ts';
import { firstDifference } from './first-difference.ts';
import type { InputFile } from './input-files.ts';
import { MergeBench, type Merged, type MergerUnderTest, rollUpOf } from './merge.ts';

export interface MergerConformanceOptions {
  /** Cases for each property. Default: 40. */
  readonly propertyRuns?: number;
  /** The first of the random hours. Default: 1. */
  readonly seed?: number;
}

const EVERY_METRIC = metrics('longSum x', 'longMin x', 'longMax x', 'doubleSum y', 'doubleMin y', 'doubleMax y');

/** Declares the tests that hold every merger to the promise of its port: merging two builds is building all of their records. */
export function rollUpMergerConformance(
  name: string,
  merger: MergerUnderTest,
  { propertyRuns = 40, seed = 1 }: MergerConformanceOptions = {},
): void {
  describe(`${name} keeps the promises of a merger`, () => {
    const program = { dimensions: [dimension('g')], metrics: EVERY_METRIC };
    const benchOf = (options: BuildOptions = { program }): MergeBench => new MergeBench(merger, options);

    /** Merges the roll-ups of two inputs. */
    async function merged(
      base: readonly unknown[],
      added: readonly unknown[],
      options?: BuildOptions,
    ): Promise<Merged> {
      const bench = benchOf(options);
      const [first, second] = [await bench.build([lines(...base)]), await bench.build([lines(...added)])];
      return bench.merge(rollUpOf(first), rollUpOf(second));
    }

    describe('groups', () => {
      test('of equal time and dimensions become one row, with every metric as if built at once', async () => {
        const base = [
          at(1, { g: 'a', x: 3, y: 0.1 }),
          at(1, { g: 'b', x: -5, y: 0.25 }),
          at(1, { g: 'c', x: null, y: null }),
          at(1, { g: 'only base', x: 1, y: 1 }),
        ];
        const added = [
          at(1, { g: 'a', x: -4, y: 0.2 }),
          at(1, { g: 'b' }),
          at(1, { g: 'c', x: 9_007_199_254_740_993n.toString(), y: -0 }),
          at(1, { g: 'only added', x: 2, y: 2 }),
          at(1),
        ];
        const { rows, result } = await merged(base, added);
        expect(rows.map((row) => Object.values(row).slice(1))).toEqual([
          [null, 1n, null, null, null, null, null, null],
          ['a', 2n, -1n, -4n, 3n, nearestDoubleOf(unitsOf(0.1) + unitsOf(0.2)), 0.1, 0.2],
          ['b', 2n, -5n, -5n, -5n, 0.25, 0.25, 0.25],
          ['c', 2n, ...Array.from({ length: 3 }, () => 9_007_199_254_740_993n), 0, 0, 0],
          ['only added', 1n, 2n, 2n, 2n, 2, 2, 2],
          ['only base', 1n, 1n, 1n, 1n, 1, 1, 1],
        ]);
        expect(result).toMatchObject({ groups: 6, sums: { n: '9', longSum_x: '9007199254740990' } });
      });

      test('are told apart by every kind of dimension and by time: null, "", "null", lists, longs, doubles', async () => {
        const dimensions = [dimension('s'), dimension('l', 'long'), dimension('d', 'double'), multiValue('t', 'ARRAY')];
        const values = [
          ...[{}, { s: '' }, { s: 'null' }, { s: '\ufeff' }, { s: '\u0000' }, { s: '😀' }, { s: '\uffff' }, { s: 'é' }],
          ...[
            { l: 0 },
            { l: '-9223372036854775808' },
            { l: '9223372036854775807' },
            { d: 0 },
            { d: 5e-324 },
            { d: -1e300 },
          ],
          ...[
            { t: ['a', 'b'] },
            { t: ['b', 'a'] },
            { t: ['a', null] },

            { t: [''] },
            { t: 'ab' },
            { t: ['\ufeffa'] },
          ],
        ];
        const events = [1, 2].flatMap((minute) => values.map((value) => at(minute, value)));
        const options = { program: { dimensions, queryGranularityMs: 60_000 } };
        const { rows } = await merged(events, events.toReversed(), options);
        expect(rows.map(({ n }) => n)).toEqual(events.map(() => 2n));
        const once = await merged(events, [], options);
        expect(rows.map((row) => ({ ...row, n: 1n }))).toEqual(once.rows);
      });

      test('without dimensions are one a time', async () => {
        const { rows } = await merged([at(1), at(2)], [at(1), at(3)], { program: { queryGranularityMs: 60_000 } });
        expect(rows.map(({ n }) => n)).toEqual([2n, 1n, 1n]);
      });
    });

    describe('sums', () => {
      const sumOf = (field: 'x' | 'y', base: readonly string[], added: readonly string[]): Promise<Merged> => {
        const event = (value: string): string => `{"ts":"2026-11-22T10:00","g":"here","${field}":${value}}`;
        return merged(base.map(event), added.map(event));
      };

      test('of doubles are exact, also where parts of them were beyond what a double holds', async () => {
        const { rows, exactSums } = await sumOf('y', ['1e300', '1e-300'], ['-1e300']);
        expect(rows).toMatchObject([{ doubleSum_y: 1e-300 }]);
        expect(exactSums).toEqual([[unitsOf(1e-300)]]);
        expect((await sumOf('y', ['9007199254740992'], ['1', '1'])).rows).toMatchObject([{ doubleSum_y: 2 ** 53 + 2 }]);
        expect((await sumOf('y', ['9007199254740992', '1'], ['1'])).rows).toMatchObject([{ doubleSum_y: 2 ** 53 + 2 }]);
        expect((await sumOf('y', ['1.7e308'], ['-1.7e308', '5e-324'])).rows).toMatchObject([{ doubleSum_y: 5e-324 }]);
        expect((await sumOf('y', ['null'], ['null'])).exactSums).toEqual([[null]]);
        expect((await sumOf('y', ['1'], ['-1'])).exactSums).toEqual([[0n]]);
      });

      test('of doubles stay exact over any number of merges', async () => {
        const bench = benchOf();
        const values = [0.1, 1e300, 1e-300, -1e300, 0.2, 1e16, -1e16, 3.3];
        let base: StoredRollUp = rollUpOf(await bench.build([]));
        for (const y of values) {
          const added = rollUpOf(await bench.build([lines(at(1, { g: 'a', y }))]));
          base = (await bench.merge(base, added)).result;
        }
        const last = await bench.merge(base, rollUpOf(await bench.build([])));
        expect(last.exactSums).toEqual([[values.reduce((sum, y) => sum + unitsOf(y), 0n)]]);
      });

      test('out of range fail as those of a build do, naming metric and group; in range to the last value they do not', async () => {
        await expect(sumOf('x', ['9223372036854775807'], ['1'])).rejects.toMatchObject({
          code: 'HM_ENGINE_001',
          message: expect.stringMatching(/longSum_x .*\["here"\] is 9223372036854775808/) as string,
        });
        await expect(sumOf('x', ['-9223372036854775808'], ['-1'])).rejects.toMatchObject({ code: 'HM_ENGINE_001' });
        await expect(sumOf('y', ['1e308'], ['1e308'])).rejects.toMatchObject({ code: 'HM_ENGINE_002' });
        const greatest = await sumOf('x', ['9223372036854775806'], ['1']);
        expect(greatest.result.sums).toEqual({ n: '2', longSum_x: '9223372036854775807' });
      });

      test('over all groups beyond 64 bits fail too, because Druid would wrap them around', async () => {
        const event = (g: string): string => `{"ts":"2026-11-22T10:00","g":"${g}","x":9223372036854775807}`;
        await expect(merged([event('a')], [event('b')])).rejects.toMatchObject({ code: 'HM_ENGINE_001' });
      });

      test('over no value are absent', async () => {
        expect((await merged([at(1, { g: 'a' })], [at(1, { g: 'a' })])).result.sums).toEqual({ n: '2' });
      });
    });

    describe('roll-ups', () => {
      const some = [at(1, { g: 'a', x: 1, y: 0.1 }), at(1, { g: 'b', y: 1e-310 })];

      test('without rows add nothing, on either side; of two of them there is no part', async () => {
        const [added, base] = [await merged(some, []), await merged([], some)];
        expect(added.rows).toEqual(base.rows);
        expect(added.exactSums).toEqual(base.exactSums);
        expect(added.rows).toMatchObject([
          { g: 'a', doubleSum_y: 0.1 },
          { g: 'b', doubleSum_y: 1e-310 },
        ]);
        expect((await merged([], [])).result).toMatchObject({ parts: [], accumulators: [], groups: 0, sums: {} });
      });

      test('without sums of doubles have no accumulators', async () => {
        const options = { program: { dimensions: [dimension('g')], metrics: metrics('longSum x', 'doubleMax y') } };
        const { result, rows } = await merged(some, some, options);
        expect(result.accumulators).toEqual([]);
        expect(rows).toMatchObject([
          { n: 2n, longSum_x: 2n, doubleMax_y: 0.1 },
          { n: 2n, doubleMax_y: 1e-310 },
        ]);
      });

      test('have the columns of a build, and the same two give the same bytes', async () => {
        const bench = benchOf();
        const [base, added] = [await bench.build([lines(...some)]), await bench.build([lines(...some)])];
        const [first, again] = [
          await bench.merge(rollUpOf(base), rollUpOf(added)),
          await bench.merge(rollUpOf(base), rollUpOf(added)),
        ];
        expect(again.files).toEqual(first.files);
        expect(first.result.columns).toEqual(base.result.columns);
      });

      test('of thousands of rows are merged row by row', async () => {
        const event = (index: number, y: number) => at(index % 60, { g: `g${index}`, x: index, y });
        const even = Array.from({ length: 3000 }, (_, index) => event(index * 2, 0.1));
        const third = Array.from({ length: 2000 }, (_, index) => event(index * 3, 0.2));
        const options = { program: { ...program, queryGranularityMs: 60_000 } };
        const { rows, result } = await merged(even, third, options);
        expect(result.groups).toBe(4000);
        const both = nearestDoubleOf(unitsOf(0.1) + unitsOf(0.2));
        for (const { g, n, longSum_x: x, doubleSum_y: y } of rows) {
          const index = Number(String(g).slice(1));
          const [isEven, isThird] = [index % 2 === 0, index % 3 === 0];
          const count = Number(isEven) + Number(isThird);
          expect([n, x, y]).toEqual([BigInt(count), BigInt(count * index), count === 2 ? both : isEven ? 0.1 : 0.2]);
        }
      });

      test('that are damaged, or whose files are not those that were named, are refused', async () => {
        const bench = benchOf();
        const [base, added] = [
          rollUpOf(await bench.build([lines(...some)])),
          rollUpOf(await bench.build([lines(...some)])),
        ];
        const [part, accumulators] = [base.parts[0], base.accumulators[0]];
        invariant(part !== undefined && accumulators !== undefined, 'the base has a part with sums');
        const failure = { code: 'HM_LEDGER_004' };
        for (const { path } of [part, accumulators]) {
          const whole = await bench.store.get(path);
          for (const at of [0, 9, Math.floor(whole.length / 2), whole.length - 1]) {
            const broken = whole.slice();
            broken[at] = (broken[at] ?? 0) ^ 0x10;
            await bench.store.put(path, broken);
            await expect(bench.merge(base, added), `${path} at ${at}`).rejects.toMatchObject(failure);
          }
          await bench.store.put(path, whole.subarray(0, -1));
          await expect(bench.merge(added, base)).rejects.toMatchObject(failure);
          await bench.store.put(path, whole);
        }
        await expect(bench.merge({ ...base, accumulators: [] }, added)).rejects.toMatchObject(failure);
        await bench.store.delete(accumulators.path);
        await expect(bench.merge(base, added)).rejects.toMatchObject({ code: 'HM_STORE_003' });
      });

      test('are not merged once the run is called off, nor beyond its memory', async () => {
        const bench = benchOf();
        const [base, added] = [
          rollUpOf(await bench.build([lines(...some)])),
          rollUpOf(await bench.build([lines(...some)])),
        ];
        const signal = AbortSignal.abort(new Error('stopped'));
        await expect(bench.merge(base, added, { signal })).rejects.toThrow('stopped');
        const narrow = merger.create(
          engineSettings({ ...PLAIN_PROGRAM, ...program }, { limits: { memoryBytes: 1 << 20 } }),
        );
        const request = {
          base,
          added,
          store: bench.store,
          prefix: 'test/narrow/',
          signal: new AbortController().signal,
        };
        await expect(narrow.merge(request)).rejects.toMatchObject({ code: 'HM_LIMIT_001' });
      });
    });

    describe('a merge of two builds is one build of all', () => {
      test('on hostile input, whatever program: of records without keys, and of new keys only', async () => {
        const files = fc.array(
          fc.array(hostileEvent(), { maxLength: 12 }).map((events) => lines(...events)),
          { maxLength: 2 },
        );
        await fc.assert(
          fc.asyncProperty(files, files, hostileProgram(), async (base, added, variation) => {
            expect(await differenceOf(merger, { program: variation }, base, added)).toBeNull();
          }),
          { numRuns: propertyRuns },
        );
      });

      test('in random hours', async () => {
        for (let number = seed; number < seed + propertyRuns; number++) {
          const fuzz = fuzzCase(number, [3, 30, 300, 1000][number % 4] ?? 30);
          const { program: random, chunk, maxRecordBytes } = fuzz;
          const files = fuzz.files.map(inputFile);
          const cut = number % (files.length + 1);
          const options = { program: random, chunk, limits: { maxRecordBytes } };
          const difference = await differenceOf(merger, options, files.slice(0, cut), files.slice(cut));
          expect(difference, `seed ${number}`).toBeNull();
        }
      });
    });
  });
}

/**
 * Where the merge of two builds first differs from one build of all their files, the added one without the keys of the base; null where
 * it does not, or where one of the two cannot be built at all.
 */
async function differenceOf(
  merger: MergerUnderTest,
  options: BuildOptions,
  base: readonly InputFile[],
  added: readonly InputFile[],
): Promise<string | null> {
  const deduplicate = options.program?.deduplicate ?? null;
  const program = { ...options.program, deduplicate: deduplicate && { ...deduplicate, keep: 'first' as const } };
  const bench = new MergeBench(merger, { ...options, program });
  const first = await orFailure(() => bench.build(base));
  const second =
    typeof first === 'string' ? first : await orFailure(() => bench.build(added, first.fingerprints ?? []));
  if (typeof first === 'string' || typeof second === 'string') return null;
  const whole = await orFailure(() => bench.build([...base, ...added]));
  const both = await orFailure(() => bench.merge(rollUpOf(first), rollUpOf(second)));
  if (typeof whole === 'string' || typeof both === 'string') {
    return whole === both ? null : `${codeOf(both)} against ${codeOf(whole)}`;
  }
  const keys = [...(first.fingerprints ?? []), ...(second.fingerprints ?? [])].sort();
  expect(keys).toEqual(whole.fingerprints);
  expect(first.result.counts.kept + second.result.counts.kept).toBe(whole.result.counts.kept);
  return firstDifference(
    { built: { ...whole, result: { ...whole.result, ...both.result }, rows: both.rows, exactSums: both.exactSums } },
    { built: whole },
  );
}

/** The code of a failure that an operator can meet; others are bugs, and are thrown on. */
async function orFailure<T extends Built | Merged>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (isHourmillError(error)) return error.code;
    throw error;
  }
}

function codeOf(outcome: string | Built | Merged): string {
  return typeof outcome === 'string' ? outcome : 'a result';
}
