import fc from 'fast-check';
import type { BatchSpec, RecordSpec } from './kafka-batches.ts';

const long = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -200n, max: 200n }));
const shortText = fc.option(fc.uint8Array({ maxLength: 20 }));
const longText = fc.nat({ max: 20_000 }).map((length) => new Uint8Array(length).fill(length & 255));
const header = fc.tuple(fc.uint8Array({ maxLength: 8 }), fc.option(fc.uint8Array({ maxLength: 8 })));

/** Records with rising offsets, holes among them. */
function recordsWith(text: fc.Arbitrary<Uint8Array | null>): fc.Arbitrary<readonly RecordSpec[]> {
  const record = fc.record({
    /** From the offset before. */
    step: fc.oneof(
      { weight: 5, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.integer({ min: 2, max: 9000 }) },
    ),
    timestampDelta: long,
    key: text,
    value: text,
    headers: fc.array(header, { maxLength: 3 }),
  });
  return fc.array(record, { maxLength: 30 }).map((all) => {
    let offsetDelta = -1;
    return all.map(({ step, ...rest }) => {
      offsetDelta += step;
      return { ...rest, offsetDelta };
    });
  });
}

function batchesWith(text: fc.Arbitrary<Uint8Array | null>): fc.Arbitrary<BatchSpec> {
  return fc
    .record({
      records: recordsWith(text),
      missingAtEnd: fc.nat({ max: 3 }),
      baseOffset: fc.bigInt({ min: 0n, max: 2n ** 62n }),
      leaderEpoch: fc.integer(),
      flags: fc.nat({ max: 15 }).map((bits) => bits << 3),
      baseTimestamp: long,
      maxTimestamp: long,
      producerId: long,
      producerEpoch: fc.integer({ min: -32_768, max: 32_767 }),
      baseSequence: fc.integer(),
    })
    .map(({ missingAtEnd, ...batch }) => ({
      ...batch,
      codec: 0,
      lastOffsetDelta: Math.max(0, batch.records.at(-1)?.offsetDelta ?? 0) + missingAtEnd,
    }));
}

/** Batches whose headers say anything that they may. */
export const batches = batchesWith(fc.oneof({ weight: 9, arbitrary: shortText }, { weight: 1, arbitrary: longText }));

/** Batches of which most bytes mean something besides themselves. */
export const terseBatches = batchesWith(shortText);

/** One to three bytes to change: where, modulo the length, and what to turn. */
export const changes = fc.array(fc.record({ place: fc.nat(), turn: fc.integer({ min: 1, max: 255 }) }), {
  minLength: 1,
  maxLength: 3,
});

export type Changes = readonly { readonly place: number; readonly turn: number }[];

/** The bytes with these changes from `from` on. */
export function changed(bytes: Uint8Array, from: number, all: Changes): Buffer {
  const copy = Buffer.from(bytes);
  for (const { place, turn } of copy.length > from ? all : []) {
    const at = from + (place % (copy.length - from));
    copy[at] = (copy[at] ?? 0) ^ turn;
  }
  return copy;
}
