import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockValues, type GroupShape, GroupWorker } from './support/group-worker.ts';
import { put } from './support/test-kernel.ts';

const shape: GroupShape = { buckets: 1, dimensions: 1, metrics: [] };

/** Values that agree in long prefixes, end in NUL bytes, or are empty. */
const piece = fc.constantFrom(
  '',
  '\0',
  'a',
  'b',
  '\0\0',
  'zone',
  'a prefix of more than 8 bytes',
  '\u{1f600}',
  '\u007f',
  '\u0080',
);
const text = fc.array(piece, { maxLength: 5 }).map((pieces) => Buffer.from(pieces.join('')));
const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
const dictionary = fc.array(fc.oneof(text, text, bytes), { maxLength: 120 }).map(distinct);

function distinct(values: readonly Buffer[]): Buffer[] {
  return [...new Map(values.map((value) => [value.toString('latin1'), value])).values()];
}

/** Unsigned bytes, the shorter first: what Buffer.compare says. */
function sorted(values: readonly Buffer[]): Buffer[] {
  return distinct(values).sort(Buffer.compare);
}

function workerWith(values: readonly Buffer[]): GroupWorker {
  const worker = new GroupWorker(shape);
  worker.add(values.map((value) => ({ bucket: 0, values: [value], inputs: [] })));
  return worker;
}

function unitedBy(dictionaries: readonly (readonly Buffer[])[], own: number): Buffer[] {
  const workers = dictionaries.map(workerWith);
  const blocks = workers.map((worker) => worker.seal(0));
  const worker = workers[own] ?? new GroupWorker(shape);
  worker.kernel.exports.uniteDictionaries(0, worker.putAll(blocks), blocks.length, own);
  return worker.united(0);
}

test('a sealed dictionary has all values in the order of their bytes', () => {
  fc.assert(
    fc.property(dictionary, (values) => {
      expect(blockValues(workerWith(values).seal(0))).toEqual(sorted(values));
    }),
    { numRuns: 80 },
  );
});

test('a dictionary block ends with zeros, at a multiple of 8', () => {
  fc.assert(
    fc.property(dictionary, (values) => {
      const block = workerWith(values).seal(0);
      const used = 8 + 4 * (values.length + 1) + values.reduce((sum, value) => sum + value.length, 0);
      expect(block.length % 8).toBe(0);
      expect(block.length - used).toBeGreaterThanOrEqual(8);
      expect(block.subarray(used).every((byte) => byte === 0)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('thousands of values with long common prefixes, and prefixes of one another, are sorted', () => {
  const long = 'https://example.com/a/path/that/all/have/in/common/';
  const values = Array.from({ length: 6000 }, (_, i) => Buffer.from(`${long}${(i * 7919) % 6000}`));
  const ladder = Array.from({ length: 400 }, (_, i) => Buffer.from('x'.repeat((i * 37) % 400)));
  const zeros = Array.from({ length: 40 }, (_, i) => Buffer.alloc((i * 7) % 40));
  const mixed = distinct([...ladder, ...values, ...zeros]);
  expect(blockValues(workerWith(mixed).seal(0))).toEqual(sorted(mixed));
});

test('dictionaries of one to six workers are united without duplicates, in the order of their bytes', () => {
  const dictionaries = fc.array(dictionary, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(dictionaries, fc.nat(), (all, index) => {
      expect(unitedBy(all, index % all.length)).toEqual(sorted(all.flat()));
    }),
    { numRuns: 50 },
  );
});

test('what all values have in common is kept', () => {
  const prefix = 'the same beginning, ';
  const all = [
    [`${prefix}b`, `${prefix}d`],
    [`${prefix}a`, prefix, `${prefix}b`],
  ].map((texts) => texts.map((value) => Buffer.from(value)));
  expect(unitedBy(all, 0)).toEqual(sorted(all.flat()));
});

test('values of 0xff bytes are not taken for the end of a dictionary', () => {
  const all = [[8, 9, 16], [8, 17], []].map((lengths) => lengths.map((length) => Buffer.alloc(length, 0xff)));
  expect(unitedBy(all, 2)).toEqual(sorted(all.flat()));
});

test('with one worker its own block is the united dictionary', () => {
  const worker = workerWith(['b', '', 'a'].map((value) => Buffer.from(value)));
  const { exports: kernel } = worker.kernel;
  const block = put(worker.kernel, worker.seal(0));
  const blocks = put(worker.kernel, new Uint8Array(Uint32Array.of(block).buffer));
  kernel.uniteDictionaries(0, blocks, 1, 0);
  expect(kernel.unitedDictionary(0)).toBe(block);
});

test('sealing and uniting anew forgets the old dictionary and gives its memory back', () => {
  const worker = workerWith([Buffer.from('b')]);
  const { exports: kernel } = worker.kernel;
  const other = workerWith([Buffer.from('a'), Buffer.from('b')]).seal(0);
  const unite = () => kernel.uniteDictionaries(0, worker.putAll([worker.seal(0), other]), 2, 0);
  unite();
  worker.add([{ bucket: 0, values: [Buffer.from('c')], inputs: [] }]);
  unite();
  expect(worker.united(0).map(String)).toEqual(['a', 'b', 'c']);
  const blocks = worker.putAll([worker.seal(0), other]);
  kernel.uniteDictionaries(0, blocks, 2, 0);
  const before = kernel.bytesInUse();
  kernel.uniteDictionaries(0, blocks, 2, 0);
  expect(kernel.bytesInUse()).toBe(before);
});
