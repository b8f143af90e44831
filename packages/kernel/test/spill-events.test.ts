import type { Kernel } from '@hourmill/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockValues } from './support/group-worker.ts';
import { put, testKernel } from './support/test-kernel.ts';

const DEFERRED = 2;

interface Event {
  readonly h1: bigint;
  readonly h2: bigint;
  readonly bucket: number;
  readonly values: readonly (string | null)[];
  readonly input: bigint | null;
  readonly answer: number;
}

/** Few distinct halves, so that keys meet again, and all partitions get some. */
const half = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.integer({ min: 0, max: 7 }).map((n) => BigInt(n) << 61n),
);
const value = fc.option(fc.constantFrom('', 'a', 'b', 'café', 'a value that is longer than any short one', '\0'), {
  nil: null,
});
const someEvents = fc.array(
  fc.record({
    h1: half,
    h2: half,
    bucket: fc.nat(59),
    values: fc.tuple(value, value),
    input: fc.option(fc.bigInt({ min: -9n, max: 9n }), { nil: null }),
    answer: fc.constantFrom(0, 1, DEFERRED, DEFERRED),
  }),
  { maxLength: 200 },
);

function keyedKernel(): Kernel {
  const kernel = testKernel();
  kernel.exports.setBatchShape(2, 1, 1);
  kernel.exports.setDictionaries(2);
  return kernel;
}

function intern(kernel: Kernel, dimension: number, text: string | null): number {
  if (text === null) return 0;
  const bytes = Buffer.from(text);
  return kernel.exports.internValue(dimension, put(kernel, bytes), bytes.length);
}

/** A batch of these events, routed to its owners, with their answers. */
function fillBatch(kernel: Kernel, events: readonly Event[], owners: number): number {
  const { exports } = kernel;
  const codes = events.map(({ values }) => values.map((text, dimension) => intern(kernel, dimension, text)));
  const batch = exports.allocate(exports.batchBytes());
  exports.openBatch(batch);
  const { view } = kernel;
  events.forEach(({ h1, h2, bucket, input }, row) => {
    view.setUint32(exports.bucketAt(batch) + 4 * row, bucket, true);
    codes[row]?.forEach((code, d) => {
      view.setUint32(exports.codeAt(batch, d) + 4 * row, code, true);
    });
    view.setBigInt64(exports.valueAt(batch, 0) + 8 * row, input ?? 0n, true);
    view.setUint8(exports.validAt(batch, 0) + row, input === null ? 0 : 1);
    view.setBigUint64(exports.fingerprintAt(batch) + 16 * row, h1, true);
    view.setBigUint64(exports.fingerprintAt(batch) + 16 * row + 8, h2, true);
    view.setUint32(exports.candidateRowAt(batch) + 4 * row, row, true);
  });
  view.setUint32(exports.candidatesAt(batch), events.length, true);
  exports.advanceBatch(events.length);
  exports.routeBatch(batch, owners, 0);
  for (let i = 0; i < events.length; i++) {
    const row = view.getUint32(exports.ownerRowAt(batch) + 4 * i, true);
    view.setUint8(exports.keepAt(batch) + i, events[row]?.answer ?? 0);
  }
  return batch;
}

function ownerOf({ h2 }: Event, owners: number): number {
  return Number(((h2 >> 32n) * BigInt(owners)) >> 32n);
}

function partitionOf({ h1 }: Pick<Event, 'h1'>, partitions: number): number {
  return Number(((h1 >> 32n) * BigInt(partitions)) >> 32n);
}

/** What lies in the frame buffer, by partition. */
function pieces({ exports, words, bytes }: Kernel, partitions: number): Uint8Array[] {
  const starts = exports.partitionStartsAt() / 4;
  return Array.from({ length: partitions }, (_, p) => {
    const at = exports.frameBuffer();
    return bytes.slice(at + (words[starts + p] ?? 0), at + (words[starts + p + 1] ?? 0));
  });
}

/** The rows of a frame as another worker sees them, whose dictionaries hold other values already. */
function readBack(kernel: Kernel, frame: number) {
  const { exports } = kernel;
  const batch = exports.allocate(exports.batchBytes());
  exports.readEvents(frame, batch);
  const { view, words, bytes } = kernel;
  return Array.from({ length: exports.frameRows(frame) }, (_, row) => ({
    h1: view.getBigUint64(exports.frameFingerprint(frame) + 16 * row, true),
    h2: view.getBigUint64(exports.frameFingerprint(frame) + 16 * row + 8, true),
    bucket: view.getUint32(exports.bucketAt(batch) + 4 * row, true),
    values: [0, 1].map((dimension) => {
      const code = view.getUint32(exports.codeAt(batch, dimension) + 4 * row, true);
      if (code === 0) return null;
      const entry = exports.dictionaryEntries(dimension) / 4 + 2 * (code - 1);
      const at = words[entry] ?? 0;
      return Buffer.from(bytes.slice(at, at + (words[entry + 1] ?? 0))).toString('utf8');
    }),
    input: view.getUint8(exports.validAt(batch, 0) + row)
      ? view.getBigInt64(exports.valueAt(batch, 0) + 8 * row, true)
      : null,
  }));
}

test('deferred events go to the partitions of their keys, in order, and mean the same to any worker', () => {
  fc.assert(
    fc.property(
      someEvents,
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(1, 16, 256),
      (events, owners, partitions) => {
        const kernel = keyedKernel();
        const reader = keyedKernel();
        intern(reader, 0, 'another value');
        const batch = fillBatch(kernel, events, owners);
        const deferred = events.filter(({ answer }) => answer === DEFERRED);
        expect(kernel.exports.spreadEvents(batch, owners, partitions)).toBe(deferred.length);
        const byOwner = Array.from({ length: owners }, (_, owner) =>
          deferred.filter((event) => ownerOf(event, owners) === owner),
        ).flat();
        pieces(kernel, partitions).forEach((piece, partition) => {
          const expected = byOwner.filter((event) => partitionOf(event, partitions) === partition);
          expect(piece.length > 0).toBe(expected.length > 0);
          if (expected.length === 0) return;
          const frame = put(reader, piece);
          expect(reader.exports.frameBytes(frame)).toBe(piece.length);
          expect(readBack(reader, frame)).toEqual(expected.map(({ answer, ...event }) => event));
        });
      },
    ),
    { numRuns: 60 },
  );
});

test('keys that were decided come out by partition, and win over all events in every section', () => {
  fc.assert(
    fc.property(someEvents, someEvents, fc.integer({ min: 1, max: 5 }), (before, after, sections) => {
      const partitions = 4;
      const kernel = keyedKernel();
      const known = put(kernel, fingerprints(before));
      const keep = kernel.exports.allocate(8192);
      kernel.exports.decideSetup(0);
      kernel.exports.decide(known, before.length, keep);
      const dumped = Array.from({ length: partitions }, () => [] as Uint8Array[]);
      let slot = 0;
      do {
        slot = kernel.exports.dumpKeys(slot, partitions, 0);
        pieces(kernel, partitions).forEach((piece, p) => void dumped[p]?.push(piece));
      } while (slot !== 0);

      const kept = Array.from({ length: partitions }, (_, partition) => {
        const keys = Buffer.concat(dumped[partition] ?? []);
        expect(keys.length / 16).toBe(
          new Set(before.filter((event) => partitionOf(event, partitions) === partition).map(keyOf)).size,
        );
        const events = after.filter((event) => partitionOf(event, partitions) === partition);
        return Array.from({ length: sections }, (_, section) => decideSection(keys, events, sections, section)).flat();
      });
      const seen = new Set(before.map(keyOf));
      const expected = after.filter((event) => !seen.has(keyOf(event)) && seen.add(keyOf(event)));
      expect(new Set(kept.flat())).toEqual(new Set(expected));
      expect(kept.flat()).toHaveLength(expected.length);

      function decideSection(keys: Uint8Array, events: readonly Event[], all: number, section: number): Event[] {
        const { exports } = kernel;
        exports.decideSetup(0);
        exports.addKeys(put(kernel, keys), keys.length / 16, partitions, all, section, 0);
        const at = put(kernel, fingerprints(events));
        const out = exports.allocate(4 * 8192);
        const count = exports.decideEvents(at, events.length, partitions, all, section, out);
        expect(exports.eventsConsidered()).toBeGreaterThanOrEqual(count);
        return Array.from({ length: count }, (_, i) => events[kernel.words[out / 4 + i] ?? -1] as Event);
      }
    }),
    { numRuns: 60 },
  );
});

test('a frame holds only the values of its own rows', () => {
  const kernel = keyedKernel();
  for (let i = 0; i < 1000; i++) intern(kernel, 0, `value ${i}`);
  const event: Event = { h1: 1n, h2: 2n, bucket: 3, values: ['value 700', null], input: 5n, answer: DEFERRED };
  const batch = fillBatch(kernel, [event, event], 1);
  kernel.exports.spreadEvents(batch, 1, 1);
  const [piece = new Uint8Array(0)] = pieces(kernel, 1);
  expect(
    Buffer.from(piece)
      .toString('latin1')
      .match(/value \d+/g),
  ).toEqual(['value 700']);
  expect(blockValues(piece.subarray(piece.length - 24))).toEqual([]);
});

function keyOf({ h1, h2 }: Event): string {
  return `${h1} ${h2}`;
}

function fingerprints(events: readonly Event[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(events.flatMap(({ h1, h2 }) => [h1, h2])).buffer);
}
