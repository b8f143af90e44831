import { loadDefinition } from '@hourmill/pipeline';
import { describe, expect, test } from 'vitest';
import { type BenchCase, CASES } from '../bench/cases.ts';
import { definitionText } from '../bench/contenders/definition.ts';
import { peersOf } from '../bench/contenders/peer.ts';
import { eventChunks, identity } from '../bench/data/generate.ts';
import { median } from '../bench/report/statistics.ts';
import { miscounts } from '../bench/run/compare.ts';

const EVENTS = 3000;
const kinds = [...new Map(CASES.map(({ shape }) => [shape.kind, shape])).values()];

describe.each(kinds)('generated $kind events', (shape) => {
  const text = Buffer.concat([...eventChunks(shape, 0, EVENTS)]).toString();
  const lines = text.trimEnd().split('\n');

  test('are JSON lines, as many as asked for', () => {
    expect(lines).toHaveLength(EVENTS);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ event_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });

  test('are the same bytes however they are cut into files', () => {
    const cut = [...eventChunks(shape, 0, 1234), ...eventChunks(shape, 1234, EVENTS)];
    expect(Buffer.concat(cut).toString()).toBe(text);
  });

  test('hold one duplicate in ten, byte by byte', () => {
    const distinct = new Set(Array.from({ length: EVENTS }, (_, event) => identity(event))).size;
    expect(new Set(lines).size).toBe(distinct);
    expect(distinct / EVENTS).toBeCloseTo(0.9, 1);
  });
});

describe('benchmark cases', () => {
  const s3 = { endpoint: 'http://127.0.0.1:1', region: 'r', accessKeyId: 'a', secretAccessKey: 's', bucket: 'bench' };
  const kafka = { brokers: '127.0.0.1:1', topic: 'events', ends: [1, 0, 0, 0] };
  const dataSet = { folder: '/in', files: ['/in/events-000.ndjson'], events: 1, bytes: 1 };

  test.each(CASES)('$name has a definition that Hourmill takes', (job) => {
    const text = definitionText({
      job,
      dataSet,
      s3: job.storage === 's3' ? { ...s3, prefix: 'events/', keys: [] } : null,
      kafka: job.storage === 'kafka' ? kafka : null,
    });
    const { definition } = loadDefinition('/bench.yaml', { text, env: () => 'secret', readFile: () => '' });
    expect(definition.source.type).toBe(job.storage === 'disk' ? 'files' : job.storage);
    expect(definition.deduplicate !== undefined).toBe(job.deduplicate);
  });
});

test('a median of an even number of values lies between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
});

describe('the benchmark out of Kafka', () => {
  const [plain, kafka] = ['plain', 'kafka'].map((name) => CASES.find((job) => job.name === name)) as [
    BenchCase,
    BenchCase,
  ];

  test('has Spark and the clients of Kafka as peers, and no engine that cannot read it', () => {
    expect(peersOf(kafka, null)).toEqual(['spark', 'kafkajs', 'platformatic', 'confluent', 'librdkafka']);
    expect(peersOf(kafka, ['duckdb', 'librdkafka'])).toEqual(['librdkafka']);
    expect(peersOf(plain, null)).toEqual(['duckdb', 'chdb', 'polars', 'datafusion']);
    expect(peersOf(plain, ['spark', 'kafkajs'])).toEqual(['spark']);
  });

  test('takes a client that missed a message, or a byte, for one that differs', () => {
    const dataSet = { folder: '/in', files: [], events: 10, bytes: 110 };
    const taken = (messages: number, bytes: number) => miscounts(new Map([['client', { messages, bytes }]]), dataSet);
    expect(taken(10, 100)).toEqual([]);
    expect(taken(9, 90)).toEqual(['client took 9 messages of 90 bytes instead of 10 of 100']);
    expect(taken(10, 99)).toHaveLength(1);
  });
});
