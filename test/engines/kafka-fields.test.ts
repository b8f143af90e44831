import {
  type FieldMetricType,
  type FieldPath,
  type Program,
  parseFilter,
  type TimestampFormat,
} from '@hourmill/pipeline';
import { createReferenceEngine } from '@hourmill/reference';
import {
  buildPaths,
  type EngineUnderTest,
  firstDifference,
  type Outcome,
  outcomeOf,
  TEST_HOUR,
  withInputFiles,
} from '@hourmill/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { localEngine } from '../../packages/engine/test/support/local-engine.ts';
import { type ToldMessage, toldMessages } from '../../packages/engine/test/support/told-messages.ts';

const START = Date.parse(TEST_HOUR);
const ORACLE: EngineUnderTest = { create: createReferenceEngine, source: localEngine().source };
const SUBJECT: EngineUnderTest = { ...localEngine({ workers: 1 }), source: toldMessages };

const KEY: FieldPath = ['kafka', 'key'];
const TIMESTAMP: FieldPath = ['kafka', 'timestamp'];
const OFFSET: FieldPath = ['kafka', 'offset'];
const PARTITION: FieldPath = ['kafka', 'partition'];
const HEADER: FieldPath = ['kafka', 'headers', 'a'];
const DOTTED: FieldPath = ['kafka', 'headers', 'a.b'];
const FIELDS = [KEY, TIMESTAMP, OFFSET, PARTITION, HEADER, DOTTED];

const FILTERS = [
  "kafka.key = 'a' or kafka.key is null or kafka.key = 12",
  "kafka.key like '_' or not kafka.key like '%ü%'",
  "kafka.key > 'a' and kafka.key != 'b'",
  "kafka.key in ('a', 12, '') or kafka.headers.a is null",
  'kafka.offset >= 7 and kafka.offset < 40.5',
  'kafka.partition = 1 or kafka.offset in (0, 3, 1e1)',
  `kafka.timestamp >= ${START + 600_000}`,
  "kafka.partition = '1' or kafka.headers[\"a.b\"] <= '12'",
  'kafka.headers.a = true or not kafka.headers.a is null',
];

const text = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('12', '7', '-3') },
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'ü') },
  fc.constantFrom('', '-0', '007', '4.5', '1e3', ' 12', '\0', '"', '[1]', '9223372036854775807', '9223372036854775808'),
  fc.constantFrom(
    '\u{feff}',
    '\u{1f600} of more than sixteen bytes',
    'null',
    'NaN',
    `${START}`,
    '2026-11-22T10:05:00Z',
  ),
);
const time = fc.oneof(
  { weight: 20, arbitrary: fc.nat(3_599_999).map((ms) => START + ms) },
  fc.constantFrom(0, -1, START - 1, START + 3_600_000, START / 1000, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
);
const told = fc.record({
  key: fc.option(text, { nil: null }),
  timestamp: time,
  headers: fc.dictionary(fc.constantFrom('a', 'a.b', 'other'), fc.option(text, { nil: null })),
});
const files = fc.array(fc.array(told, { maxLength: 150, size: 'max' }), { minLength: 2, maxLength: 2 });

const field = fc.constantFrom(...FIELDS);
const column = fc.constantFrom<Pick<Program['dimensions'][number], 'type' | 'multiValue'>>(
  { type: 'string', multiValue: null },
  { type: 'long', multiValue: null },
  { type: 'double', multiValue: null },
  { type: 'string', multiValue: 'SORTED_SET' },
  { type: 'string', multiValue: 'ARRAY' },
);
const metricType = fc.constantFrom<FieldMetricType>(
  'longSum',
  'longMin',
  'longMax',
  'doubleSum',
  'doubleMin',
  'doubleMax',
);
const program = fc.record({
  timestamp: fc.record({
    path: fc.constantFrom(...Array(6).fill(TIMESTAMP), KEY, OFFSET, HEADER),
    format: fc.constantFrom<TimestampFormat>('millis', 'millis', 'auto', 'iso', 'posix', 'micro', 'nano'),
  }),
  key: fc.uniqueArray(field, { maxLength: 2 }),
  keep: fc.constantFrom('first' as const, 'last' as const),
  filter: fc.option(fc.constantFrom(...FILTERS), { freq: 1 }),
  dimensions: fc.array(fc.tuple(field, column), { maxLength: 2 }),
  metrics: fc.array(fc.tuple(field, metricType), { maxLength: 2 }),
});

test('what Kafka knows is a field like any of an event, in every role', async () => {
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(program, files, async (drawn, all) => {
      const options = { program: programOf(drawn) };
      const difference = await withInputFiles(all.map(fileOf), async (paths) => {
        const expected = await outcomeOf(buildPaths(ORACLE, paths, options));
        if ('built' in expected) kept += expected.built.result.counts.kept;
        const program = { ...options.program, kafkaFields: true as const };
        return firstDifference(
          withoutPlaces(expected),
          withoutPlaces(await outcomeOf(buildPaths(SUBJECT, paths, { program }))),
        );
      });
      expect(difference).toBeNull();
    }),
    { numRuns: 60 },
  );
  expect(kept).toBeGreaterThan(500);
});

type Drawn = typeof program extends fc.Arbitrary<infer T> ? T : never;

function programOf({ timestamp, key, keep, filter, dimensions, metrics }: Drawn): Partial<Program> {
  return {
    timestamp,
    deduplicate: key.length === 0 ? null : { key, keep },
    filter: filter === null ? null : parseFilter(filter),
    queryGranularityMs: 60_000,
    dimensions: dimensions.map(([path, column], index) => ({ name: `d${index}`, path, ...column })),
    metrics: [
      { name: 'n', type: 'count' },
      ...metrics.map(([path, type], index) => ({ name: `m${index}`, type, path })),
    ],
  };
}

function fileOf(messages: readonly Omit<ToldMessage['kafka'], 'offset' | 'partition'>[], partition: number): string {
  return messages
    .map((message, offset) => `${JSON.stringify({ kafka: { ...message, offset, partition }, id: offset })}\n`)
    .join('');
}

/** Rejects show the record as it was stored, and where. */
function withoutPlaces(outcome: Outcome): Outcome {
  if (!('built' in outcome)) return outcome;
  const rejects = outcome.built.rejects.map(({ ordinal, record, reason, detail }) => ({
    ordinal,
    record,
    reason,
    detail,
  }));
  return { built: { ...outcome.built, rejects } };
}
