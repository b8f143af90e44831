import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testKernel } from './support/test-kernel.ts';

const kernel = testKernel();
const { exports } = kernel;

interface Row {
  readonly flag: number;
  readonly h1: bigint;
  readonly h2: bigint;
}

/** The owner by the high half of h2, as `assembly/decide/route.ts` says. */
function ownerOf({ h2 }: Row, owners: number): number {
  return Number(((h2 >> 32n) * BigInt(owners)) >> 32n);
}

/** Fills a batch block by block, as the scan does. */
function fillBatch(blocks: readonly (readonly Row[])[], keyed: boolean): number {
  exports.setBatchShape(0, 0, keyed ? 1 : 0);
  const batch = exports.allocate(exports.batchBytes());
  exports.openBatch(batch);
  let row = 0;
  for (const block of blocks) {
    exports.setBlockRows(block.length);
    block.forEach(({ flag, h1, h2 }, index) => {
      kernel.bytes[exports.flagsAt() + index] = flag;
      if (!keyed) return;
      kernel.view.setBigUint64(exports.fingerprintAt(batch) + 16 * (row + index), h1, true);
      kernel.view.setBigUint64(exports.fingerprintAt(batch) + 16 * (row + index) + 8, h2, true);
    });
    exports.routeBlock();
    exports.advanceBatch(block.length);
    row += block.length;
  }
  return batch;
}

function numbers(at: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => kernel.view.getUint32(at + 4 * index, true));
}

function pair(at: number): [bigint, bigint] {
  return [kernel.view.getBigUint64(at, true), kernel.view.getBigUint64(at + 8, true)];
}

const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const someRow = fc.record({ flag: fc.constantFrom(0, 0, 0, 1, 2, 4, 6), h1: word, h2: word });
const someBlocks = fc.array(fc.array(someRow, { maxLength: 128 }), { maxLength: 5 });

test('rows without a flag go to their owners, in the order in which they are decided', () => {
  fc.assert(
    fc.property(someBlocks, fc.integer({ min: 1, max: 64 }), fc.boolean(), (blocks, owners, reverse) => {
      const rows = blocks.flat();
      const batch = fillBatch(blocks, true);
      exports.routeBatch(batch, owners, reverse ? 1 : 0);
      const candidates = [...rows.keys()].filter((row) => rows[row]?.flag === 0);
      if (reverse) candidates.reverse();
      expect(numbers(exports.candidatesAt(batch), 1)).toEqual([candidates.length]);
      expect(numbers(exports.candidateRowAt(batch), candidates.length)).toEqual(candidates);

      const byOwner = Array.from({ length: owners }, (_, owner) =>
        candidates.filter((row) => rows[row] !== undefined && ownerOf(rows[row], owners) === owner),
      );
      const starts = numbers(exports.ownerStartAt(batch), owners + 1);
      expect(starts).toEqual([0, ...byOwner.map((_, owner) => byOwner.slice(0, owner + 1).flat().length)]);
      expect(numbers(exports.ownerRowAt(batch), candidates.length)).toEqual(byOwner.flat());
      byOwner.flat().forEach((row, index) => {
        expect(pair(exports.ownerFingerprintAt(batch) + 16 * index)).toEqual([rows[row]?.h1, rows[row]?.h2]);
      });
      exports.release(batch, exports.batchBytes());
    }),
    { numRuns: 60 },
  );
});

test('the rows that owners keep are selected; without a key all candidates', () => {
  fc.assert(
    fc.property(someBlocks, fc.integer({ min: 1, max: 5 }), fc.infiniteStream(fc.nat(1)), (blocks, owners, answers) => {
      const rows = blocks.flat();
      const out = exports.allocate(4 * 8192);
      const open = fillBatch(blocks, false);
      exports.routeBatch(open, owners, 0);
      const candidates = [...rows.keys()].filter((row) => rows[row]?.flag === 0);
      expect(numbers(out, exports.selectKept(open, owners, out))).toEqual(candidates);
      exports.release(open, exports.batchBytes());

      const batch = fillBatch(blocks, true);
      exports.routeBatch(batch, owners, 0);
      const owned = numbers(exports.ownerRowAt(batch), candidates.length);
      const keep = owned.map(() => answers.next().value ?? 0);
      kernel.bytes.set(keep, exports.keepAt(batch));
      expect(numbers(out, exports.selectKept(batch, owners, out))).toEqual(
        owned.filter((_, index) => keep[index] === 1),
      );
      exports.release(batch, exports.batchBytes());
      exports.release(out, 4 * 8192);
    }),
    { numRuns: 60 },
  );
});
