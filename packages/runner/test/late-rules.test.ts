import {
  chunkAt,
  type KafkaRange,
  type KafkaSplit,
  type Plan,
  type Source,
  silentLogger,
  type TimeChunk,
} from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import { loadDefinition } from '@hourmill/pipeline';
import { FixedEngine, MemoryIndexer, memoryObjectStore, refusingMerger } from '@hourmill/testkit';
import { expect, test } from 'vitest';
import { type PipelineContext, runHour } from '../src/index.ts';
import { findLateRules } from '../src/late/late-rules.ts';

const HOUR = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
const NEXT = chunkAt(HOUR.endMs, 'hour');
const PLACE = { topic: 'raw', topicId: '00000000-0000-4000-8000-000000000001', partition: 0 } as const;
const { signal } = new AbortController();

function definitionWith(after: string) {
  const text = `
name: p
source: { type: kafka, brokers: ["b:1"], topic: raw, window: { after: ${after} } }
timestamp: { column: t, format: iso }
rollup: { segmentGranularity: hour, queryGranularity: minute, dimensions: [d], metrics: [{ name: count, type: count }] }
output: { store: "file:./warehouse" }
schedule: { lateness: PT1H }
`;
  return loadDefinition('/p.yaml', { text, env: () => undefined, readFile: () => '' });
}

/** A topic in which each hour's range ends where it is told. */
class Topic implements Source {
  end = 10;

  async list({ startMs }: TimeChunk) {
    const range: KafkaRange = { ...PLACE, startOffset: startMs === HOUR.startMs ? 0 : 4, endOffset: this.end };
    const id = `kafka:raw/0@${range.startOffset}-${range.endOffset}`;
    const common = { bytes: 1, isolation: 'read_committed', tombstones: 'reject' } as const;
    const split: KafkaSplit = { type: 'kafka', ordinal: 0, id, ...common, ...range };
    return { splits: [split], ranges: [range], losses: [] };
  }
}

function contextOf(topic: Topic): PipelineContext {
  const clock = { now: () => NEXT.endMs + 3600_000, sleep: async () => {} };
  const store = memoryObjectStore({ clock });
  const engine = new FixedEngine();
  const ledger = createLedger({ store, pipeline: 'p' });
  const loaded = definitionWith('PT15M');
  const adapters = { source: topic, store, ledger, engine, lateEngine: engine, merger: refusingMerger };
  return { loaded, ...adapters, indexer: new MemoryIndexer(), clock, logger: silentLogger, owner: 'test:1' };
}

/** The offsets of the earlier hour that a run of the next one over [4, 20) leaves to it. */
async function ownOffsets(context: PipelineContext, topic: Topic) {
  const { end } = topic;
  topic.end = 20;
  const { splits } = await topic.list(NEXT);
  topic.end = end;
  const plan = { version: 1, pipeline: 'p', hour: '', chunk: NEXT, definitionHash: '', listingHash: '', losses: [] };
  const rules = await findLateRules(context, { ...plan, splits } as Plan, signal);
  return rules?.own.map(({ offsets }) => [offsets?.from, offsets?.to]);
}

test('what an hour of Kafka has read itself is left to it, whatever it would read now', async () => {
  const topic = new Topic();
  const context = contextOf(topic);
  expect(await ownOffsets(context, topic), 'an hour that was never built').toEqual([[4, 10]]);
  await runHour(context, HOUR);
  topic.end = 14;
  expect(await ownOffsets(context, topic)).toEqual([[4, 10]]);
});

test.each([
  ['shorter', 'PT5M', 7, 7],
  ['longer', 'PT25M', 14, 10],
])(
  'an hour of another definition, with a %s window, is left only what it has before and after',
  async (_, after, end, to) => {
    const topic = new Topic();
    const context = contextOf(topic);
    await runHour(context, HOUR);
    topic.end = end;
    expect(await ownOffsets({ ...context, loaded: definitionWith(after) }, topic)).toEqual([[4, to]]);
  },
);
