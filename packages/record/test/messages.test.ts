import { gunzipSync } from 'node:zlib';
import type { TimeChunk } from '@hourmill/core';
import { type Program, parseFilter } from '@hourmill/pipeline';
import { createJudge, type Judgement, type MessageFacts, type RecordBytes, RejectsLog } from '@hourmill/record';
import { describe, expect, test } from 'vitest';

const HOUR: TimeChunk = { granularity: 'hour', startMs: Date.UTC(2026, 10, 22, 10), endMs: Date.UTC(2026, 10, 22, 11) };
const PROGRAM: Program = {
  timestamp: { path: ['kafka', 'timestamp'], format: 'millis' },
  deduplicate: null,
  filter: null,
  queryGranularityMs: 60_000,
  dimensions: [],
  metrics: [{ name: 'n', type: 'count' }],
  countMetric: 'n',
  kafkaFields: true,
};
const FACTS: MessageFacts = {
  partition: 3,
  offset: 17,
  timestampMs: HOUR.startMs + 90_000,
  key: Buffer.from('the key'),
  headers: [
    { key: 'trace', value: Buffer.from('first') },
    { key: 'empty', value: null },
    { key: 'trace', value: Buffer.from('läst') },
    { key: 'broken', value: Buffer.from([0xc3]) },
  ],
  isTombstone: false,
};

function messageOf(value: string | null, facts: Partial<MessageFacts> = {}): RecordBytes {
  const bytes = Buffer.from(value ?? '');
  const message = { ...FACTS, ...facts, isTombstone: value === null };
  return { bytes, length: bytes.length, truncated: false, byteOffset: 0, message };
}

function judged(program: Partial<Program>, record: RecordBytes): Judgement {
  return createJudge({ ...PROGRAM, ...program }, HOUR)(record);
}

function dimension(...path: readonly string[]): Program['dimensions'][number] {
  return { name: path.join(), path, type: 'string', multiValue: null };
}

function dimensionsOf(judgement: Judgement): unknown {
  return judgement.kind === 'candidate' ? judgement.row.dimensions : judgement;
}

describe('what Kafka knows of a message', () => {
  test('is fields of the event, and hides what the event has under their names', () => {
    const dimensions = [
      dimension('kafka', 'key'),
      dimension('kafka', 'timestamp'),
      dimension('kafka', 'offset'),
      dimension('kafka', 'partition'),
      dimension('kafka', 'headers', 'trace'),
      dimension('kafka', 'headers', 'empty'),
      dimension('kafka', 'headers', 'none'),
      dimension('id'),
    ];
    const event = '{"id":"x","kafka":{"key":"own","headers":{"none":"own"}}}';
    const judgement = judged({ dimensions }, messageOf(event));
    expect(dimensionsOf(judgement)).toEqual(['the key', String(FACTS.timestampMs), '17', '3', 'läst', null, null, 'x']);
    expect(judgement).toMatchObject({ kind: 'candidate', row: { timeMs: HOUR.startMs + 60_000 } });
    expect(dimensionsOf(judged({ dimensions }, messageOf(event, { key: null, headers: [] })))).toMatchObject({
      0: null,
      4: null,
    });
  });

  test('is a number for times, keys and filters', () => {
    const deduplicate = { key: [['kafka', 'partition'], ['n']], keep: 'first' } as const;
    const [first, second] = ['{"n":3}', '{"n":3.0}'].map((value) => judged({ deduplicate }, messageOf(value)));
    expect(first).toMatchObject({ kind: 'candidate' });
    expect(second).toEqual(first);
    const filter = parseFilter("kafka.offset >= 17 and kafka.headers.trace like 'l%' and kafka.headers.empty is null");
    expect(judged({ filter }, messageOf('{}')).kind).toBe('candidate');
    expect(judged({ filter }, messageOf('{}', { offset: 16 })).kind).toBe('filtered');
    expect(judged({}, messageOf('{}', { timestampMs: HOUR.endMs }))).toEqual({ kind: 'stray', timeMs: HOUR.endMs });
  });

  test('that cannot be said rejects the message, but only if a field is of it', () => {
    const broken = { key: Buffer.from([0xff]), offset: 2 ** 53 };
    expect(judged({}, messageOf('{}', broken)).kind).toBe('candidate');
    const reject = (program: Partial<Program>, value = '{}') => {
      const judgement = judged(program, messageOf(value, broken));
      return judgement.kind === 'rejected' ? `${judgement.reject.reason} ${judgement.reject.detail}` : judgement;
    };
    const used = (...path: readonly string[]) => ({ dimensions: [dimension(...path)] });
    expect(reject(used('kafka', 'key'))).toBe('HM_EVENT_002 kafka.key is not valid UTF-8');
    expect(reject({ filter: parseFilter('kafka.key is null') })).toBe('HM_EVENT_002 kafka.key is not valid UTF-8');
    expect(reject(used('kafka', 'headers', 'broken'))).toBe('HM_EVENT_002 kafka.headers.broken is not valid UTF-8');
    expect(reject(used('kafka', 'offset'))).toBe('HM_EVENT_004 kafka.offset is 9007199254740992, beyond 2^53');
    expect(reject(used('kafka', 'key'), '{')).toMatch(/^HM_EVENT_001 /);
  });

  test('is nothing where records are no messages: a member of that name is one like others', () => {
    const { kafkaFields: _, ...program } = PROGRAM;
    const judge = createJudge(
      { ...program, timestamp: { path: ['ts'], format: 'auto' }, dimensions: [dimension('kafka', 'key')] },
      HOUR,
    );
    const bytes = Buffer.from('{"ts":"2026-11-22T10:00:00Z","kafka":{"key":"own"}}');
    expect(dimensionsOf(judge({ bytes, length: bytes.length, truncated: false, byteOffset: 0 }))).toEqual(['own']);
  });
});

test('a tombstone is rejected as one, an empty or blank value as no JSON', () => {
  const reason = (record: RecordBytes) => {
    const judgement = judged({}, record);
    return judgement.kind === 'rejected' ? judgement.reject.reason : judgement.kind;
  };
  expect(reason(messageOf(null))).toBe('HM_EVENT_009');
  expect(reason(messageOf(''))).toBe('HM_EVENT_001');
  expect(reason(messageOf(' \r\n'))).toBe('HM_EVENT_001');
  expect(reason(messageOf('{\n}\n'))).toBe('candidate');
  expect(reason({ ...messageOf('{}'), length: 5000, truncated: true })).toBe('HM_EVENT_003');
});

test('rejected messages are kept with their partition, offset and time', () => {
  const log = new RejectsLog(10_000);
  for (const [record, value] of [null, '', '{"a":', '{"a"'].entries()) {
    const message = { ...messageOf(value), truncated: record === 3 };
    const judgement = judged({}, message);
    if (judgement.kind === 'rejected') log.add({ split: 'p3', ordinal: 1, record }, message, judgement.reject);
  }
  const lines = gunzipSync(log.finish() ?? Buffer.alloc(0)).toString();
  const place = { split: 'p3', ordinal: 1, partition: 3, offset: 17, timestamp: FACTS.timestampMs };
  expect(
    lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { ...place, record: 0, reason: 'HM_EVENT_009', detail: 'the message has no value (a tombstone)', raw: null },
    { ...place, record: 1, reason: 'HM_EVENT_001', detail: expect.any(String), raw: '' },
    { ...place, record: 2, reason: 'HM_EVENT_001', detail: expect.any(String), raw: '{"a":' },
    { ...place, record: 3, reason: 'HM_EVENT_003', detail: expect.any(String), raw: '{"a"', truncated: true },
  ]);
});
