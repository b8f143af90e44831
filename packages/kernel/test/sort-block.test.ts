import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockValues } from './support/group-worker.ts';
import { put, testKernel } from './support/test-kernel.ts';

const piece = fc.constantFrom('', '\0', 'a', 'b', '\0\0', 'a prefix of more than 8 bytes', '\u{1f600}', '\u0080');
const text = fc.array(piece, { maxLength: 5 }).map((pieces) => Buffer.from(pieces.join('')));
const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));

function sortedBlock(values: readonly Buffer[]): { values: Buffer[]; ranks: number[]; inUse: number } {
  const kernel = testKernel();
  const { allocate, bytesInUse, sortedBlockBytes, writeSortedBlock } = kernel.exports;
  const at = put(kernel, Buffer.concat(values));
  let place = at;
  const pairs = values.flatMap(({ length }) => {
    place += length;
    return [place - length, length];
  });
  const entries = put(kernel, new Uint8Array(Uint32Array.from(pairs).buffer));
  const ranks = allocate(4 * values.length);
  const most = sortedBlockBytes(values.length, place - at);
  const out = allocate(most);
  const before = bytesInUse();
  writeSortedBlock(entries, values.length, ranks, out);
  return {
    values: blockValues(kernel.bytes.subarray(out, out + most)),
    ranks: [...kernel.words.subarray(ranks / 4, ranks / 4 + values.length)],
    inUse: bytesInUse() - before,
  };
}

test('a block of any values has each once, in the order of their bytes, and each entry knows its rank', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(text, text, bytes), { maxLength: 150 }), (values) => {
      const block = sortedBlock(values);
      const distinct = [...new Map(values.map((value) => [value.toString('latin1'), value])).values()];
      expect(block.values).toEqual(distinct.sort(Buffer.compare));
      expect(block.ranks.map((rank) => block.values[rank - 1])).toEqual(values);
      expect(block.inUse).toBe(0);
    }),
    { numRuns: 200 },
  );
});
