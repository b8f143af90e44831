import type { TimeChunk } from '@hourmill/core';
import { FLAG, type Kernel, RECORD_COLUMN } from '@hourmill/kernel';
import { type Program, parseFilter } from '@hourmill/pipeline';
import { createJudge, type Judgement, messageParts, type RecordBytes } from '@hourmill/record';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Columns,
  FIRST_OFFSET,
  FIRST_TIME,
  indexedColumns,
  type Message,
} from '../../kernel/test/support/record-columns.ts';
import { testKernel } from '../../kernel/test/support/test-kernel.ts';
import { setUpKernel } from '../src/program/set-up-kernel.ts';
import { readMessageFacts } from '../src/read/kafka/message-facts.ts';

const START = Number(FIRST_TIME) - (Number(FIRST_TIME) % 3_600_000);
const HOUR: TimeChunk = { granularity: 'hour', startMs: START, endMs: START + 3_600_000 };
const PARTITION = 11;
const MAX_RECORD_BYTES = 90;
const ALL = { key: true, headers: true };

/** The time, the key and the filter are of Kafka's fields and the event's. */
const PROGRAM: Program = {
  timestamp: { path: ['kafka', 'timestamp'], format: 'millis' },
  deduplicate: {
    key: [['kafka', 'key'], ['kafka', 'offset'], ['kafka', 'partition'], ['kafka', 'headers', 'trace'], ['id']],
    keep: 'first',
  },
  filter: parseFilter("kafka.headers.tenant = 'a' or kafka.headers.tenant is null or kafka.offset < 1003"),
  queryGranularityMs: 60_000,
  dimensions: [],
  metrics: [{ name: 'n', type: 'count' }],
  countMetric: 'n',
  kafkaFields: true,
};

function recordAt(kernel: Kernel, { columns: at, capacity }: Columns, row: number, parts = ALL): RecordBytes {
  const word = (column: number) => kernel.view.getInt32(at + capacity * column + 4 * row, true);
  const length = Math.max(0, word(RECORD_COLUMN.valueLength));
  const valueAt = word(RECORD_COLUMN.valueAt);
  return {
    bytes: kernel.bytes.slice(valueAt, valueAt + length),
    length,
    truncated: length > MAX_RECORD_BYTES,
    byteOffset: 0,
    message: readMessageFacts(kernel, { at, capacity }, row, PARTITION, parts),
  };
}

const text = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('a', 'b', 'ü', '', '\0').map((value) => Buffer.from(value)) },
  fc.constantFrom(null, Buffer.from([0xc3]), Buffer.from('ff80', 'hex')),
);
const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('trace', 'tenant', 'other', '').map((value) => Buffer.from(value)) },
  fc.constant(Buffer.from([0xff])),
);
const message: fc.Arbitrary<Message> = fc.record({
  timestampDelta: fc.oneof(
    { weight: 9, arbitrary: fc.bigInt({ min: -4_000_000n, max: 4_000_000n }) },
    fc.constantFrom(2n ** 62n, -FIRST_TIME, -FIRST_TIME - 1n),
  ),
  key: text,
  value: fc
    .oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          '{"id":1}',
          '{"id":1,"kafka":{"key":"own","headers":{"trace":"own"}}}',
          '{\n"id":"two",\n"kafka":1\n}\n',
          `{"id":"${'x'.repeat(MAX_RECORD_BYTES - 9)}"}`,
        ),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('{"id":null}', '{"id":3', `{"id":"${'x'.repeat(MAX_RECORD_BYTES - 8)}"}`, '', null),
      },
    )
    .map((value) => (value === null ? null : Buffer.from(value))),
  // Most have the header that is a component of the key: a record without it is the host's.
  headers: fc
    .array(fc.tuple(name, text), { maxLength: 4 })
    .map((more) => [[Buffer.from('trace'), Buffer.from('t')] as const, ...more]),
});
const messages = fc.array(message, { minLength: 1, maxLength: 128, size: 'max' });

test('the facts of a message are what its record says', () => {
  fc.assert(
    fc.property(messages, (all) => {
      const kernel = testKernel();
      const columns = indexedColumns(kernel, all);
      for (const [row, { value, key, headers, timestampDelta }] of all.entries()) {
        const { message: facts } = recordAt(kernel, columns, row);
        const named = headers.filter(([header]) => !header.includes(0xff));
        expect(facts).toEqual({
          partition: PARTITION,
          offset: Number(FIRST_OFFSET) + row,
          timestampMs: Number(BigInt.asIntN(64, FIRST_TIME + timestampDelta)),
          key: key && new Uint8Array(key),
          headers: named.map(([header, content]) => ({
            key: Buffer.from(header).toString(),
            value: content && new Uint8Array(content),
          })),
          isTombstone: value === null,
        });
        const none = { key: false, headers: false };
        expect(recordAt(kernel, columns, row, none).message).toEqual({ ...facts, key: null, headers: [] });
      }
    }),
    { numRuns: 20 },
  );
});

test('of many long headers none is lost', () => {
  const headers = Array.from({ length: 200 }, (_, index) => [`h${index}`, 'x'.repeat(index * 7)] as const);
  const kernel = testKernel();
  const bytes = headers.map(([key, value]) => [Buffer.from(key), Buffer.from(value)] as const);
  const columns = indexedColumns(kernel, [{ timestampDelta: 0n, key: null, value: null, headers: bytes }]);
  const read = recordAt(kernel, columns, 0).message?.headers ?? [];
  expect(read.map(({ key, value }) => [key, Buffer.from(value ?? []).toString()])).toEqual(headers);
});

test('only the parts that fields are of need to be read', () => {
  const parts = (program: Partial<Program>) =>
    messageParts({ ...PROGRAM, deduplicate: null, filter: null, ...program });
  expect(parts({})).toEqual({ key: false, headers: false });
  expect(parts({ filter: parseFilter('not kafka.key is null') })).toEqual({ key: true, headers: false });
  expect(parts({ filter: parseFilter("a = 1 or kafka.headers.b = 'c'") })).toEqual({ key: false, headers: true });
});

describe('the kernel', () => {
  /** What the kernel makes of the rows of one block; null where it asks the host. */
  function kernelJudgements(kernel: Kernel, { columns, capacity, rows }: Columns): readonly (object | null)[] {
    const { exports } = kernel;
    const batch = exports.allocate(exports.batchBytes());
    exports.openBatch(batch);
    exports.readRecords(columns, capacity, 0, rows);
    return Array.from({ length: rows }, (_, row) => {
      const flag = kernel.bytes[exports.flagsAt() + row] ?? 0;
      if (flag & FLAG.punt) return null;
      if (flag & FLAG.stray) {
        return { kind: 'stray', timeMs: Number(kernel.view.getBigInt64(exports.strayTimeAt() + 8 * row, true)) };
      }
      if (flag & FLAG.filtered) return { kind: 'filtered' };
      const at = exports.fingerprintAt(batch) + 16 * row;
      const [high, low] = [at, at + 8].map((half) =>
        kernel.view.getBigUint64(half, true).toString(16).padStart(16, '0'),
      );
      const timeMs = HOUR.startMs + 60_000 * kernel.view.getUint32(exports.bucketAt(batch) + 4 * row, true);
      return { kind: 'candidate', row: { timeMs }, fingerprint: `${high}${low}` };
    });
  }

  test('means the same by a message as the judge', () => {
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(messages, (all) => {
        const kernel = testKernel();
        setUpKernel(kernel, PROGRAM, HOUR, MAX_RECORD_BYTES);
        kernel.exports.setKafkaPartition(PARTITION);
        const columns = indexedColumns(kernel, all);
        const judge = createJudge(PROGRAM, HOUR);
        const judgements = kernelJudgements(kernel, columns);
        judgements.forEach((judgement, row) => {
          const expected: Judgement = judge(recordAt(kernel, columns, row));
          const kind = judgement === null ? `the host's, ${expected.kind}` : expected.kind;
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
          if (judgement === null) expect(expected.kind).toBe('rejected');
          else expect(expected).toMatchObject(judgement);
        });
      }),
      { numRuns: 50 },
    );
    for (const kind of ["the host's, rejected", 'stray', 'filtered', 'candidate']) {
      expect(kinds.get(kind), kind).toBeGreaterThan(20);
    }
  });
});
