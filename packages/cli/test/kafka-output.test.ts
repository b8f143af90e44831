import {
  chunkAt,
  type Gaps,
  type KafkaRange,
  type KafkaSplit,
  type Manifest,
  NO_COUNTS,
  NO_GAPS,
  type RunReport,
} from '@hourmill/core';
import { expect, test } from 'vitest';
import { outcomeTable } from '../src/commands/outcomes.ts';
import { plannedRanges, readRanges } from '../src/output/kafka-account.ts';
import { runSummary } from '../src/output/run-summary.ts';
import { definition, HOUR, hourmill, Workplace } from './hourmill.ts';

const chunk = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
const place = { topic: 'raw', topicId: 'id' };
const ranges: KafkaRange[] = [
  { ...place, partition: 0, startOffset: 1_000_000, endOffset: 1_001_500 },
  { ...place, partition: 1, startOffset: 7, endOffset: 7 },
];
const gaps: Gaps = { ...NO_GAPS, control: 2, aborted: 98 };
const report: RunReport = {
  version: 1,
  pipeline: 'p',
  hour: '2026-11-22T10:00:00.000Z',
  runId: 'r',
  state: 'rolled-up',
  unchanged: false,
  reason: 'the hour was never built',
  counts: { ...NO_COUNTS, read: 1400, kept: 1400 },
  groups: 3,
  splits: [],
  ranges,
  gaps,
  strays: {},
  rejects: { path: null, reasons: {} },
  parts: [],
  druid: null,
  losses: [{ source: 'kafka:raw/1', reason: 'offsets 3 to 7 are gone', code: 'HM_INPUT_006' }],
  overrides: ['--accept-loss'],
  error: null,
  timingsMs: { plan: 0, scan: 0, merge: 0, publish: 0, index: 0, verify: 0 },
  peak: { memoryBytes: 0, spilledBytes: 0 },
};

function split(ordinal: number, startOffset: number, endOffset: number): KafkaSplit {
  const id = `kafka:raw/0@${startOffset}-${endOffset}`;
  const rules = { isolation: 'read_committed', tombstones: 'reject' } as const;
  return { type: 'kafka', ordinal, id, ...place, ...rules, partition: 0, startOffset, endOffset, bytes: 1 };
}
const splits = [split(0, 1_000_000, 1_001_000), split(1, 1_001_000, 1_001_500)];

test('a run of Kafka shows where each offset went, and what it was built without', () => {
  expect(runSummary(report).split('\n').slice(1, 3)).toEqual([
    '  1,500 offsets = 1,400 read + control 2 + aborted 98 + compacted 0 + tombstones 0 + lost 0',
    '  read 1,400 = kept 1,400 + duplicate 0 + filtered 0 + stray 0 + rejected 0',
  ]);
  expect(runSummary(report)).toContain('without kafka:raw/1: offsets 3 to 7 are gone');
});

test('several hours show the number of offsets and the kinds of gaps that there are, only for Kafka', () => {
  const shown = outcomeTable([
    { chunk, report, error: null },
    { chunk, report: null, error: new Error('x') },
  ]);
  expect(shown.split('\n')).toEqual([
    expect.stringMatching(/^hour +state +offsets +gaps +kept/),
    expect.any(String),
    expect.stringMatching(/ rolled-up +1,500 +control 2, aborted 98 +1,400 /),
    expect.stringMatching(/ INTERNAL +- +- +- /),
  ]);
  const { ranges: _, gaps: __, ...ofFiles } = report;
  expect(outcomeTable([{ chunk, report: ofFiles, error: null }])).not.toContain('offsets');
});

test('a plan lists the offsets of each partition as Kafka names them, and how they are split', () => {
  const lines = plannedRanges({ splits, ranges } as never).split('\n');
  expect(lines[0]).toMatch(/^partition +from +to +records at most +splits$/);
  expect(lines.slice(2)).toEqual([
    expect.stringMatching(/^raw\/0 +1000000 +1001500 +1,500 +2$/),
    expect.stringMatching(/^raw\/1 +7 +7 +0 +0$/),
  ]);
});

test('a manifest lists what was read of each partition, over all of its splits', () => {
  const results = splits.map(({ id }) => ({
    id,
    counts: { ...NO_COUNTS, read: 700 },
    gaps: { ...NO_GAPS, aborted: 49 },
  }));
  const manifest = { plan: { splits, ranges }, result: { splits: results } } as never as Manifest;
  expect(readRanges(manifest).split('\n').slice(2)).toEqual([
    expect.stringMatching(/^raw\/0 +1000000 +1001500 +1,500 +1,400 +aborted 98$/),
    expect.stringMatching(/^raw\/1 +7 +7 +0 +0 +-$/),
  ]);
});

test('--engine reference is refused for Kafka before a broker is asked', async () => {
  using folder = new Workplace();
  const kafka = '{ type: kafka, brokers: ["127.0.0.1:1"], topic: raw }';
  const pipeline = folder.file('p.yaml', definition([]).replace(/source: .*/, `source: ${kafka}`));
  const { status, stderr } = await hourmill(['run', '-p', pipeline, '--hour', HOUR, '--engine', 'reference']);
  expect(stderr).toMatch(/HM_USAGE_001: --engine reference reads files and objects only/);
  expect(status).toBe(2);
});
