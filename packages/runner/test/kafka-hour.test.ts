import {
  chunkAt,
  type Gaps,
  HourmillError,
  type KafkaRange,
  type KafkaSplit,
  type Loss,
  NO_COUNTS,
  NO_GAPS,
  type Source,
  silentLogger,
} from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import { loadDefinition } from '@hourmill/pipeline';
import { FixedEngine, MemoryIndexer, type MemoryObjects, memoryObjectStore, refusingMerger } from '@hourmill/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { hourStatuses, type PipelineContext, type RunOptions, readManifest, runHour } from '../src/index.ts';
import { checkGaps } from '../src/run/check-gaps.ts';

const CHUNK = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
const KAFKA = '{ type: kafka, brokers: ["b:1"], topic: raw, window: { after: PT15M } }';
const FILES = '{ type: files, paths: [in.json] }';
const PLACE = { topic: 'raw', topicId: '00000000-0000-4000-8000-000000000001' } as const;

function definitionWith(source = KAFKA, metric = 'count') {
  const text = `
name: p
source: ${source}
timestamp: { column: t, format: iso }
rollup: { segmentGranularity: hour, queryGranularity: minute, dimensions: [d], metrics: [{ name: ${metric}, type: count }] }
output: { store: "file:./warehouse" }
druid: { dataSource: p, coordinator: "http://127.0.0.1:1", broker: "http://127.0.0.1:2" }
schedule: { delay: PT5M }
`;
  return loadDefinition('/p.yaml', { text, env: () => undefined, readFile: () => '' });
}

/** A topic whose newest messages are asked for at each plan. */
class Topic implements Source {
  ends = [10, 0];
  losses: Loss[] = [];
  isDown = false;
  plans = 0;

  async list() {
    if (this.isDown) throw new HourmillError('HM_INPUT_005', 'no broker answers');
    this.plans += 1;
    const ranges = this.ends.map(
      (endOffset, partition): KafkaRange => ({ ...PLACE, partition, startOffset: 0, endOffset }),
    );
    const splits = ranges
      .filter(({ endOffset }) => endOffset > 0)
      .map((range, ordinal): KafkaSplit => {
        const id = `kafka:raw/${range.partition}@0-${range.endOffset}`;
        return { type: 'kafka', ordinal, id, bytes: 1, isolation: 'read_committed', tombstones: 'reject', ...range };
      });
    return { splits, ranges, losses: this.losses };
  }
}

let topic: Topic;
let engine: FixedEngine;
let druid: MemoryIndexer;
let objects: MemoryObjects;
let context: PipelineContext;
let nowMs: number;

beforeEach(() => {
  topic = new Topic();
  engine = new FixedEngine();
  druid = new MemoryIndexer();
  objects = new Map();
  nowMs = CHUNK.endMs + 20 * 60_000;
  const clock = { now: () => nowMs, sleep: async () => {} };
  const store = memoryObjectStore({ objects, clock });
  context = {
    loaded: definitionWith(),
    source: topic,
    store,
    ledger: createLedger({ store, pipeline: 'p' }),
    engine,
    lateEngine: engine,
    merger: refusingMerger,
    indexer: druid,
    clock,
    logger: silentLogger,
    owner: 'test:1',
  };
});

const run = (options: RunOptions = {}) => runHour(context, CHUNK, options);
const code = (wanted: string) => expect.objectContaining({ code: wanted });
const manifest = async () => {
  const last = (await context.ledger.history(CHUNK)).at(-1);
  return last === undefined ? expect.fail('no entry') : (await readManifest(context.store, last)).manifest;
};
/** Ends the way a run is cut between the commit and Druid. */
async function commitOnly(): Promise<void> {
  await run({ noIndex: true });
}

describe('when an hour of Kafka is due', () => {
  test('not before its end, window.after and schedule.delay', async () => {
    nowMs = CHUNK.endMs + 20 * 60_000 - 1;
    await expect(run()).rejects.toThrow(/not due before 2026-11-22T11:20:00\.000Z .*window\.after/);
    nowMs += 1;
    expect(await run()).toMatchObject({ state: 'done' });
  });

  test('a window shifts nothing for other sources', async () => {
    nowMs = CHUNK.endMs + 5 * 60_000;
    await expect(run()).rejects.toThrow(code('HM_RUN_001'));
    context = { ...context, loaded: definitionWith(FILES) };
    topic.ends = [];
    engine.counts = NO_COUNTS;
    expect(await run()).toMatchObject({ state: 'done' });
  });
});

describe('an hour of Kafka that stands', () => {
  test('is left alone, whatever came to the topic since, and no broker is asked', async () => {
    const first = await run();
    topic.ends = [12, 3];
    topic.isDown = true;
    const again = await run();
    expect(again).toEqual({ ...first, unchanged: true, reason: 'done before, same definition' });
    expect(topic.plans).toBe(1);
  });

  test('is left alone also when its manifest is gone', async () => {
    await run();
    for (const key of objects.keys()) if (key.endsWith('manifest.json')) objects.delete(key);
    expect(await run()).toMatchObject({ unchanged: true });
  });

  test('that was committed is continued without a broker', async () => {
    await commitOnly();
    topic.isDown = true;
    expect(await run()).toMatchObject({ state: 'done', counts: { kept: 10 } });
    expect([engine.builds, topic.plans]).toEqual([1, 1]);
  });

  test('that was committed and lost its manifest fails, and is then built anew', async () => {
    await commitOnly();
    for (const key of objects.keys()) if (key.endsWith('manifest.json')) objects.delete(key);
    await expect(run()).rejects.toThrow(code('HM_STORE_003'));
    expect(await run()).toMatchObject({ state: 'done' });
    expect(engine.builds).toBe(2);
  });

  test('is planned anew with --force, and when the definition changed', async () => {
    await run();
    topic.ends = [12, 3];
    expect(await run({ force: true })).toMatchObject({
      unchanged: false,
      ranges: [{ endOffset: 12 }, { endOffset: 3 }],
    });
    context = { ...context, loaded: definitionWith(KAFKA, 'events') };
    topic.ends = [13, 3];
    expect(await run()).toMatchObject({ reason: 'the definition changed', ranges: [{ endOffset: 13 }, {}] });
  });
});

describe('--same-input', () => {
  test('reads the offsets of the last manifest again, without a broker, and is recorded', async () => {
    await run();
    const before = (await manifest()).plan;
    topic.ends = [12, 3];
    topic.isDown = true;
    expect(await run({ force: true, sameInput: true })).toMatchObject({
      unchanged: false,
      ranges: [{ endOffset: 10 }, { endOffset: 0 }],
      overrides: ['--force', '--same-input'],
    });
    expect((await manifest()).plan).toEqual(before);
  });

  test('goes with a changed definition, whose way of reading a message counts', async () => {
    await run();
    topic.ends = [12, 3];
    context = { ...context, loaded: definitionWith(KAFKA.replace('topic', 'tombstones: skip, topic')) };
    expect(await run({ sameInput: true })).toMatchObject({ unchanged: false, reason: 'the definition changed' });
    expect((await manifest()).plan.splits).toMatchObject([{ endOffset: 10, tombstones: 'skip' }]);
    expect((await manifest()).plan.definitionHash).toBe(context.loaded.definitionHash);
  });

  test('leaves an hour alone that is done with the same definition', async () => {
    await run();
    expect(await run({ sameInput: true })).toMatchObject({ unchanged: true });
  });

  test('goes by the last manifest there is, also after a run that died before it had one', async () => {
    await run();
    engine.onBuild = () => {
      engine.onBuild = () => {};
      throw new HourmillError('HM_INPUT_006', 'gone');
    };
    topic.ends = [12, 3];
    await expect(run({ force: true })).rejects.toThrow(code('HM_INPUT_006'));
    expect(await run({ sameInput: true })).toMatchObject({ state: 'done', ranges: [{ endOffset: 10 }, {}] });
  });

  test('is refused without a manifest, and for input of another place than the definition names', async () => {
    await expect(run({ sameInput: true })).rejects.toThrow(/HM_USAGE_001|no manifest yet/);
    await run();
    for (const source of [FILES, KAFKA.replace('topic: raw', 'topic: other')]) {
      context = { ...context, loaded: definitionWith(source) };
      await expect(run({ sameInput: true })).rejects.toThrow(/names input of the topic raw/);
    }
    expect(engine.builds).toBe(1);
  });
});

describe('loss', () => {
  const loss: Loss = { source: 'kafka:raw/1', reason: 'offsets 3 to 7 are gone', code: 'HM_INPUT_006' };

  test('that the plan finds is refused with its own code; accepted, report, ledger and manifest name it', async () => {
    topic.losses = [loss];
    await expect(run()).rejects.toThrow(code('HM_INPUT_006'));
    const report = await run({ acceptLoss: true });
    expect(report).toMatchObject({ state: 'done', overrides: ['--accept-loss'], losses: [loss] });
    expect((await context.ledger.history(CHUNK)).at(-1)?.report?.losses).toEqual([loss]);
    expect((await manifest()).plan.losses).toEqual([loss]);
  });

  test('of an earlier run has to be accepted again with --same-input', async () => {
    topic.losses = [loss];
    await run({ acceptLoss: true });
    await expect(run({ force: true, sameInput: true })).rejects.toThrow(code('HM_INPUT_006'));
    expect(await run({ force: true, sameInput: true, acceptLoss: true })).toMatchObject({ state: 'done' });
  });

  test('of a manifest from before losses had codes is missing input', async () => {
    topic.losses = [{ source: 'in.json', reason: 'nothing is there' } as Loss];
    await run({ acceptLoss: true });
    await expect(run({ force: true, sameInput: true })).rejects.toThrow(code('HM_INPUT_001'));
  });

  test('that stage 1 finds reaches it only with --accept-loss, and is a gap of report, ledger and status', async () => {
    const accepted: unknown[] = [];
    engine.onBuild = ({ acceptLoss }) => void accepted.push(acceptLoss);
    const gaps = { ...NO_GAPS, lost: 4 };
    engine.accountOf = () => ({ counts: { ...NO_COUNTS, read: 6, kept: 6 }, gaps });
    engine.gaps = gaps;
    await run();
    expect(await run({ force: true, acceptLoss: true })).toMatchObject({ gaps, splits: [{ gaps }] });
    expect(accepted).toEqual([false, true]);
    expect(await hourStatuses(context.ledger, [CHUNK])).toMatchObject([{ offsets: 10, gaps }]);
    expect((await manifest()).result.gaps).toEqual(gaps);
  });
});

describe('offsets add up', () => {
  test('an engine that lost one is found out before the commit', async () => {
    engine.accountOf = () => ({ counts: { ...NO_COUNTS, read: 9, kept: 9 }, gaps: NO_GAPS });
    await expect(run()).rejects.toThrow(/has 10 offsets, but 9 were read/);
    expect((await context.ledger.history(CHUNK)).map(({ state }) => state)).toEqual(['planned', 'failed']);
  });

  test.each<[string, Gaps | undefined, Gaps | undefined]>([
    ['no gaps of a split', undefined, NO_GAPS],
    ['another sum', { ...NO_GAPS, control: 4 }, { ...NO_GAPS, aborted: 4 }],
    ['no sum', { ...NO_GAPS, control: 4 }, undefined],
  ])('%s is a bug', async (_what, gaps, total) => {
    let checked = 0;
    engine.onBuild = async ({ plan }) => {
      const { id } = plan.splits[0] ?? { id: '' };
      const split = { id, counts: { ...NO_COUNTS, read: 6 }, ...(gaps === undefined ? {} : { gaps }) };
      const result = { splits: [split], ...(total === undefined ? {} : { gaps: total }) } as never;
      expect(() => checkGaps(plan, result)).toThrow(expect.objectContaining({ name: 'InvariantError' }));
      checked += 1;
    };
    await run();
    expect(checked).toBe(1);
  });
});
