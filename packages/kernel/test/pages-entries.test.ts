import fc from 'fast-check';
import { expect, test } from 'vitest';
import { put, testKernel } from './support/test-kernel.ts';

const kernel = testKernel();
const { allocate, allocateZeroed, markBytes, markCount } = kernel.exports;

/** Sorted distinct byte strings as a dictionary block, and ranks into it. */
function place(entries: readonly Buffer[], ranks: readonly number[]) {
  const offsets = [0];
  for (const { length } of entries) offsets.push((offsets.at(-1) ?? 0) + length);
  const header = Uint32Array.from([entries.length, offsets.at(-1) ?? 0, ...offsets]);
  const dictionary = put(kernel, Buffer.concat([new Uint8Array(header.buffer), ...entries]));
  const at = put(kernel, new Uint8Array(Uint32Array.from(ranks).buffer));
  const marks = allocateZeroed(markBytes(entries.length + 1));
  const count = markCount(entries.length + 1);
  kernel.exports.markCodes(at, ranks.length, 0, marks);
  kernel.exports.numberMarks(marks, count, 1);
  return { dictionary, ranks: at, marks, count };
}

const sortedDistinct = (entries: readonly Buffer[]) => {
  return [...new Set(entries.map((entry) => entry.toString('hex')))].sort().map((hex) => Buffer.from(hex, 'hex'));
};
const plain = (entry: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(entry.length);
  return Buffer.concat([length, entry]);
};
const sum = (entries: readonly Buffer[]) => entries.reduce((bytes, { length }) => bytes + length, 0);
const bytesBetween = (from: number, to: number) => Buffer.from(kernel.bytes.slice(from, to));

const strings = fc
  .array(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 60, maxLength: 70 })), { maxLength: 80 })
  .map((texts) => sortedDistinct(texts.map((text) => Buffer.from(text, 'utf8'))));
const withRanks = <T>(entries: fc.Arbitrary<readonly T[]>) => {
  return entries.chain((all) => fc.tuple(fc.constant(all), fc.array(fc.nat(all.length), { maxLength: 200 })));
};

test('strings of the marked entries and of rows stand with their lengths', () => {
  fc.assert(
    fc.property(withRanks(strings), ([entries, ranks]) => {
      const { dictionary, ranks: at, marks, count } = place(entries, ranks);
      const used = entries.filter((_, index) => ranks.includes(index + 1));
      const rows = ranks.flatMap((rank) => entries[rank - 1] ?? []);
      expect(kernel.exports.markedBytes(dictionary, marks, count)).toBe(sum(used));
      expect(kernel.exports.rowBytesOf(dictionary, at, ranks.length)).toBe(sum(rows));
      const out = allocate(sum(rows) + sum(used) + 4 * (rows.length + used.length) + 64);
      const usedEnd = kernel.exports.writeMarkedStrings(dictionary, marks, count, out);
      expect(bytesBetween(out, usedEnd)).toEqual(Buffer.concat(used.map(plain)));
      const rowsEnd = kernel.exports.writeRowStrings(dictionary, at, ranks.length, out);
      expect(bytesBetween(out, rowsEnd)).toEqual(Buffer.concat(rows.map(plain)));
    }),
  );
});

test('rows are counted up to a limit of bytes, at least one', () => {
  fc.assert(
    fc.property(withRanks(strings), fc.nat(500), ([entries, ranks], limit) => {
      const { dictionary, ranks: at } = place(entries, ranks);
      let bytes = 0;
      const over = ranks.findIndex((rank) => {
        const entry = entries[rank - 1];
        bytes += entry === undefined ? 0 : 4 + entry.length;
        return bytes > limit;
      });
      const expected = over < 0 ? ranks.length : Math.max(1, over);
      expect(kernel.exports.rowsWithin(dictionary, at, ranks.length, limit)).toBe(expected);
    }),
  );
});

test('numbers are turned back from their ordered bytes', () => {
  const ordered = (bits: bigint, flip: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt.asUintN(64, bits ^ flip));
    return bytes;
  };
  const sign = 1n << 63n;
  const longKey = (value: bigint) => ordered(BigInt.asUintN(64, value), sign);
  const doubleKey = (value: number) => {
    const [bits = 0n] = new BigUint64Array(Float64Array.of(value).buffer);
    return ordered(bits, bits >= sign ? (1n << 64n) - 1n : sign);
  };
  const write = (keys: readonly Buffer[], doubles: number) => {
    const ranks = [...keys.map((_, index) => index + 1), 0];
    const { dictionary, ranks: at, marks, count } = place(keys, ranks);
    const out = allocate(8 * keys.length + 64);
    const end = kernel.exports.writeMarkedNumbers(dictionary, marks, count, doubles, out);
    const marked = bytesBetween(out, end);
    expect(bytesBetween(out, kernel.exports.writeRowNumbers(dictionary, at, ranks.length, doubles, out))).toEqual(
      marked,
    );
    return marked;
  };
  fc.assert(
    fc.property(fc.uniqueArray(fc.bigInt({ min: -sign, max: sign - 1n })), (longs) => {
      const values = longs.toSorted((a, b) => (a < b ? -1 : 1));
      const keys = values.map(longKey);
      expect(keys.toSorted(Buffer.compare)).toEqual(keys);
      expect(write(keys, 0)).toEqual(Buffer.from(BigInt64Array.from(values).buffer));
    }),
  );
  fc.assert(
    fc.property(fc.uniqueArray(fc.double({ noNaN: true }).map((value) => value + 0)), (doubles) => {
      const values = doubles.toSorted((a, b) => a - b);
      const keys = values.map(doubleKey);
      expect(keys.toSorted(Buffer.compare)).toEqual(keys);
      expect(write(keys, 1)).toEqual(Buffer.from(Float64Array.from(values).buffer));
    }),
  );
});

type List = readonly (string | null)[];
const listKey = (list: List) => {
  return Buffer.concat(
    list.map((element) => {
      if (element === null) return Buffer.from([1]);
      return Buffer.from([2, ...[...Buffer.from(element)].flatMap((byte) => (byte === 0 ? [0, 255] : [byte])), 0, 0]);
    }),
  );
};
const element = fc.oneof(fc.constantFrom('a', 'b', '', '\0', '\0\u00ff'), fc.string({ unit: 'binary' }));
const lists = fc
  .array(fc.array(fc.option(element), { maxLength: 5 }), { maxLength: 40 })
  .map((all) => [...new Map(all.map((list) => [listKey(list).toString('hex'), list]))].sort().map(([, list]) => list));

test('lists are taken apart into levels and codes of their strings', () => {
  fc.assert(
    fc.property(withRanks<List>(lists), ([entries, ranks]) => {
      const keys = entries.map(listKey);
      const { dictionary, ranks: at, marks, count } = place(keys, ranks);
      const used = entries.filter((_, index) => ranks.includes(index + 1));
      const total = used.flat().length;
      const strings = [...new Set(used.flat().filter((text) => text !== null))];
      expect(kernel.exports.countElements(dictionary, marks, count)).toBe(total);
      const starts = allocate(4 * (used.length + 1));
      const elements = allocate(4 * total + 4);
      const page = allocate(kernel.exports.markedBytes(dictionary, marks, count) + 4 * total + 64);
      const offsets = allocate(4 * (total + 1));
      const slots = allocateZeroed(4 * 1024);
      const encode = kernel.exports.encodeLists;
      const found = encode(dictionary, marks, count, starts, elements, page, offsets, slots, 1024);
      expect(found).toBe(strings.length);
      const pageEnd = page + kernel.view.getUint32(offsets + 4 * found, true);
      expect(bytesBetween(page, pageEnd)).toEqual(Buffer.concat(strings.map((text) => plain(Buffer.from(text)))));
      if (found > 0) {
        const sorted = strings.map((text) => Buffer.from(text)).sort(Buffer.compare);
        const least = strings[kernel.exports.extremeString(page, offsets, found, 0)];
        const greatest = strings[kernel.exports.extremeString(page, offsets, found, 1)];
        expect(Buffer.from(least ?? '')).toEqual(sorted[0]);
        expect(Buffer.from(greatest ?? '')).toEqual(sorted.at(-1));
      }
      const rows = ranks.map((rank) => entries[rank - 1] ?? null);
      const levels = rows.flatMap((list) => {
        if (list === null || list.length === 0) return [{ repetition: 0, definition: list === null ? 0 : 1 }];
        return list.map((text, index) => ({ repetition: Number(index > 0), definition: text === null ? 2 : 3 }));
      });
      expect(kernel.exports.listLevels(at, ranks.length, marks, starts)).toBe(levels.length);
      const [repetition, definition, codes] = [0, 1, 2].map(() => allocate(4 * levels.length + 64)) as [
        number,
        number,
        number,
      ];
      const write = kernel.exports.writeListLevels;
      const coded = write(at, ranks.length, marks, starts, elements, repetition, definition, codes);
      const words = (from: number, length: number) => [...kernel.words.slice(from / 4, from / 4 + length)];
      expect(words(repetition, levels.length)).toEqual(levels.map((level) => level.repetition));
      expect(words(definition, levels.length)).toEqual(levels.map((level) => level.definition));
      const texts = rows.flatMap((list) => list ?? []).filter((text) => text !== null);
      expect(words(codes, coded)).toEqual(texts.map((text) => strings.indexOf(text)));
    }),
  );
});

test('rows of lists are counted up to a limit of levels, at least one', () => {
  const { ranks, marks, dictionary, count } = place([listKey([]), listKey(['a', 'b', 'c'])], [1, 2, 0, 2]);
  const [starts, elements, page, offsets] = [64, 64, 256, 64].map((bytes) => allocate(bytes)) as [
    number,
    number,
    number,
    number,
  ];
  kernel.exports.encodeLists(dictionary, marks, count, starts, elements, page, offsets, allocateZeroed(64), 16);
  const within = (limit: number) => kernel.exports.listRowsWithin(ranks, 4, marks, starts, limit);
  expect([0, 1, 3, 4, 5, 7, 8].map(within)).toEqual([1, 1, 1, 2, 3, 3, 4]);
});
