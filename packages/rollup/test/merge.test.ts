import type { MergedRollUp, StoredRollUp } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { partValues, type Row } from '@hourmill/record';
import { type MemoryObjectStore, memoryObjectStore, readPart } from '@hourmill/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMerger, type MergerOptions } from '../src/index.ts';
import { rowsOf } from './support/arbitrary-rows.ts';
import { PROGRAM, programOf } from './support/program.ts';
import { type Group, rollUp } from './support/roll-up.ts';
import { type StoreOptions, storeRollUp } from './support/store-roll-up.ts';

const CUTS = { rowGroupRows: 7, partRows: 20 };

async function merged(
  program: Program,
  [base, added]: readonly [readonly Row[], readonly Row[]],
  baseOptions: StoreOptions = {},
  merger: Partial<MergerOptions> = {},
): Promise<{ store: MemoryObjectStore; merged: MergedRollUp; expected: StoredRollUp; groups: readonly Group[] }> {
  const store = memoryObjectStore();
  const options = {
    program,
    compression: { codec: 'zstd', level: 3 },
    limits: { memoryBytes: 2 ** 40 },
    ...merger,
  } as const;
  const request = {
    base: await storeRollUp(store, 'base/', program, rollUp(program, base), baseOptions),
    added: await storeRollUp(store, 'added/', program, rollUp(program, added), CUTS),
    store,
    prefix: 'merged/',
    signal: new AbortController().signal,
  };
  const result = await createMerger(options).merge(request);
  const groups = rollUp(program, [...base, ...added]);
  const expected = await storeRollUp(store, 'expected/', program, groups, {
    ...options.tuning,
    ...baseOptions,
    compression: options.compression,
  });
  return { store, merged: result, expected, groups };
}

function bytesOf(store: MemoryObjectStore, { parts, accumulators }: StoredRollUp): Buffer[] {
  return [...parts, ...accumulators].map(({ path }) => Buffer.from(store.objects.get(path)?.bytes ?? []));
}

async function rowsIn(store: MemoryObjectStore, { columns, parts }: StoredRollUp): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for (const { path } of parts) {
    for (const row of await readPart(store.objects.get(path)?.bytes ?? new Uint8Array(0))) {
      rows.push(columns.map(({ name }) => (row[name] instanceof Date ? BigInt(row[name].getTime()) : row[name])));
    }
  }
  return rows;
}

const twoSides = (program: Program, most: number) => fc.tuple(rowsOf(program, most), rowsOf(program, most));

test('merging two roll-ups gives the bytes that one roll-up of all records has', async () => {
  await fc.assert(
    fc.asyncProperty(twoSides(PROGRAM, 60), async (sides) => {
      const {
        store,
        merged: result,
        expected,
        groups,
      } = await merged(PROGRAM, sides, {}, { tuning: { ...CUTS, partBytes: 2 ** 30 } });
      expect(result.groups).toBe(groups.length);
      expect(await rowsIn(store, result)).toEqual(groups.map((group) => partValues(group)));
      expect(bytesOf(store, result)).toEqual(bytesOf(store, expected));
      expect(result.parts.map(({ rows, bytes, sha256 }) => ({ rows, bytes, sha256 }))).toEqual(
        expected.parts.map(({ rows, bytes, sha256 }) => ({ rows, bytes, sha256 })),
      );
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('whatever the row groups, parts and codecs of what is read, and the columns of the program', async () => {
  const program = fc.tuple(
    fc.subarray(PROGRAM.dimensions.map(({ name }) => name)),
    fc.subarray(['count', 'longSum', 'longMax', 'doubleMin', 'doubleSum'] as const, { minLength: 1 }),
  );
  const codec = fc.constantFrom('zstd', 'gzip', 'snappy', 'none');
  const level = 3;
  await fc.assert(
    fc.asyncProperty(
      program.chain(([dimensions, metrics]) => {
        const chosen = programOf(dimensions, [...new Set([...metrics, 'count' as const])]);
        return fc.tuple(fc.constant(chosen), twoSides(chosen, 40));
      }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 60 }),
      codec,
      codec,
      async ([chosen, sides], rowGroupRows, partRows, read, written) => {
        const base = { rowGroupRows, partRows, compression: { codec: read, level } };
        const {
          store,
          merged: result,
          expected,
          groups,
        } = await merged(chosen, sides, base, {
          compression: { codec: written, level },
          tuning: { rowGroupRows, partRows, partBytes: 2 ** 30 },
        });
        expect(await rowsIn(store, result)).toEqual(groups.map((group) => partValues(group)));
        expect(bytesOf(store, result)).toEqual(bytesOf(store, expected));
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);
