import { loadDefinition } from '@hourmill/pipeline';
import { describe, expect, test } from 'vitest';
import { CASES } from '../bench/cases.ts';
import { definitionText } from '../bench/contenders/definition.ts';
import { eventChunks, identity } from '../bench/data/generate.ts';
import { median } from '../bench/report/statistics.ts';

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
  const dataSet = { folder: '/in', files: ['/in/events-000.ndjson'], events: 1, bytes: 1 };

  test.each(CASES)('$name has a definition that Hourmill takes', (job) => {
    const text = definitionText({
      job,
      dataSet,
      s3: job.storage === 's3' ? { ...s3, prefix: 'events/', keys: [] } : null,
    });
    const { definition } = loadDefinition('/bench.yaml', { text, env: () => 'secret', readFile: () => '' });
    expect(definition.source.type).toBe(job.storage === 's3' ? 's3' : 'files');
    expect(definition.deduplicate !== undefined).toBe(job.deduplicate);
  });
});

test('a median of an even number of values lies between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([9, 1, 5])).toBe(5);
});
