import { mkdtempSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectSplit } from '@hourmill/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { usableCores } from '../src/crew/cpu-quota.ts';
import { chooseCuts } from '../src/merge/choose-cuts.ts';
import { RowGroupCutter } from '../src/merge/row-groups.ts';
import { shareMemory } from '../src/plan/budget.ts';
import { cutRanges } from '../src/plan/ranges.ts';
import type { MergedChunk } from '../src/worker/stage.ts';

const MIB = 1024 * 1024;

function split(ordinal: number, bytes: number, compression: ObjectSplit['compression'] = 'none'): ObjectSplit {
  return { type: 'object', ordinal, id: `file:///${ordinal}`, bytes, etag: '', compression };
}

describe('ranges', () => {
  test('tile every split without hole or overlap, in the order of positions', () => {
    const splits = fc.array(fc.nat(1000), { maxLength: 5 });
    fc.assert(
      fc.property(splits, fc.integer({ min: 1, max: 300 }), (sizes, rangeBytes) => {
        const ranges = cutRanges(
          sizes.map((bytes, ordinal) => split(ordinal, bytes)),
          rangeBytes,
          false,
        );
        const tiled = sizes.map((_, ordinal) => ranges.filter((range) => range.split === ordinal));
        expect(tiled.flat()).toEqual(ranges);
        tiled.forEach((cuts, ordinal) => {
          expect(cuts.map(({ from }) => from)).toEqual([0, ...cuts.slice(0, -1).map(({ to }) => to)]);
          expect(cuts.at(-1)?.to).toBe(sizes[ordinal]);
        });
      }),
    );
  });

  test('compressed splits stay whole, and keep: last takes everything in reverse', () => {
    const splits = [split(0, 100, 'gzip'), split(1, 25)];
    expect(cutRanges(splits, 10, true)).toEqual([
      { split: 1, from: 20, to: 25 },
      { split: 1, from: 10, to: 20 },
      { split: 1, from: 0, to: 10 },
      { split: 0, from: 0, to: 100 },
    ]);
  });
});

test('row groups are cut by the rows alone, wherever the key ranges of the workers meet', () => {
  const sizes = fc.array(fc.nat(30), { maxLength: 8 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 20 }), (chunkRows, groupRows) => {
      const chunks = chunkRows.map(
        (rows): MergedChunk => ({ rows, buffer: new SharedArrayBuffer(0), dictionaries: null, sums: null }),
      );
      const rows = chunkRows.reduce((a, b) => a + b, 0);
      const cutter = new RowGroupCutter(groupRows);
      const groups = [...chunks.flatMap((chunk) => cutter.add([chunk])), ...cutter.end()];
      const sizesOf = groups.map((slices) => slices.reduce((sum, { from, to }) => sum + to - from, 0));
      const full = Math.floor(rows / groupRows);
      expect(sizesOf).toEqual([...Array(full).fill(groupRows), ...(rows % groupRows === 0 ? [] : [rows % groupRows])]);
      const order = groups.flat().flatMap(({ chunk, from, to }) => {
        return Array.from({ length: to - from }, (_, index) => `${chunks.indexOf(chunk)}:${from + index}`);
      });
      expect(order).toEqual(
        chunkRows.flatMap((count, chunk) => Array.from({ length: count }, (_, i) => `${chunk}:${i}`)),
      );
    }),
  );
});

test('key ranges are cut so that each holds about as many groups', () => {
  const sample = (groups: number, keys: readonly bigint[]) => ({
    groups,
    keyWords: 1,
    keys: BigUint64Array.from(keys),
  });
  expect(chooseCuts([sample(4, [1n, 2n, 3n, 4n]), sample(4, [1n, 2n, 3n, 4n])], 2)).toEqual(BigUint64Array.of(2n));
  expect(chooseCuts([sample(3, [5n, 6n, 7n])], 1)).toEqual(new BigUint64Array(0));
  expect(chooseCuts([sample(0, []), sample(0, [])], 2)).toEqual(BigUint64Array.of(2n ** 64n - 1n));
});

describe('the limits of the machine', () => {
  test('memory that is short lowers the number of workers, and too little is refused', () => {
    expect(shareMemory(4096 * MIB, 8).workers).toBe(8);
    expect(shareMemory(256 * MIB, 3).workers).toBeLessThanOrEqual(3);
    expect(shareMemory(150 * MIB, 8).workers).toBe(1);
    expect(() => shareMemory(64 * MIB, 1)).toThrow(expect.objectContaining({ code: 'HM_LIMIT_001', exitCode: 8 }));
  });

  test('the CPU quota of the control group lowers the number of workers, in both versions of its files', () => {
    const v2 = mkdtempSync(join(tmpdir(), 'hourmill-cgroup-'));
    writeFileSync(join(v2, 'cpu.max'), '50000 100000\n');
    expect(usableCores(v2)).toBe(1);
    writeFileSync(join(v2, 'cpu.max'), 'max 100000\n');
    expect(usableCores(v2)).toBe(availableParallelism());
    expect(usableCores('/nowhere')).toBe(availableParallelism());
  });
});
