import { chunkAt, isoMillis, type Listing, NO_COUNTS, type Source, silentLogger, systemClock } from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import { loadDefinition } from '@hourmill/pipeline';
import { FixedEngine, MemoryIndexer, memoryObjectStore, newLedgerEntry, refusingMerger } from '@hourmill/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { type PipelineContext, runHour, verifyHour } from '../src/index.ts';

const DEFINITION = `
name: p
source: { type: files, paths: [in.json] }
format: { type: json }
timestamp: { column: t, format: iso }
rollup: { segmentGranularity: hour, queryGranularity: minute, dimensions: [d], metrics: [{ name: count, type: count }] }
output: { store: "file:./warehouse" }
druid: { dataSource: p, coordinator: "http://127.0.0.1:1", broker: "http://127.0.0.1:2" }
`;

const CHUNK = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
const split = (etag: string) =>
  ({ type: 'object', ordinal: 0, id: 'file:///in.json', bytes: 10, etag, compression: 'none' }) as const;

class OneFile implements Source {
  listing: Listing = { splits: [split('1')], losses: [] };
  async list(): Promise<Listing> {
    return this.listing;
  }
  async *read(): AsyncIterable<Uint8Array> {}
}

let store: ReturnType<typeof memoryObjectStore>;
let source: OneFile;
let engine: FixedEngine;
let druid: MemoryIndexer;
let context: PipelineContext;

beforeEach(() => {
  store = memoryObjectStore();
  source = new OneFile();
  engine = new FixedEngine();
  druid = new MemoryIndexer();
  const loaded = loadDefinition('/p.yaml', { text: DEFINITION, env: () => undefined, readFile: () => '' });
  const ledger = createLedger({ store, pipeline: 'p' });
  context = {
    loaded,
    source,
    store,
    ledger,
    engine,
    lateEngine: engine,
    merger: refusingMerger,
    indexer: druid,
    clock: systemClock,
    logger: silentLogger,
    owner: 'test:1',
  };
});

const states = async () => (await context.ledger.history(CHUNK)).map(({ state }) => state);
const code = (wanted: string) => expect.objectContaining({ code: wanted });
const run = (options = {}) => runHour(context, CHUNK, options);

describe('one hour', () => {
  test('goes from planned to done, and the report says what Druid serves', async () => {
    const report = await run();
    expect(report).toMatchObject({
      state: 'done',
      unchanged: false,
      counts: { kept: 10 },
      druid: { rows: 10, sums: { count: '10' } },
    });
    expect(await states()).toEqual(['planned', 'rolled-up', 'indexing', 'indexed', 'done']);
    expect((await context.ledger.history(CHUNK)).at(-1)?.report).toEqual(report);
  });

  test('run again is a no-op: nothing is built, submitted or written', async () => {
    const first = await run();
    const again = await run();
    expect(again).toEqual({ ...first, unchanged: true, reason: expect.any(String) });
    expect(engine.builds).toBe(1);
    expect(druid.submitted).toHaveLength(1);
    expect(await states()).toHaveLength(5);
  });

  test('--force builds and replaces it', async () => {
    const first = await run();
    const forced = await run({ force: true });
    expect(forced).toMatchObject({ state: 'done', unchanged: false, overrides: ['--force'] });
    expect(forced.runId).not.toBe(first.runId);
    expect(druid.submitted).toHaveLength(2);
  });

  test('changed input is built again', async () => {
    await run();
    source.listing = { splits: [split('2')], losses: [] };
    expect(await run()).toMatchObject({ unchanged: false, reason: 'the input changed' });
  });

  test('is refused before its end', async () => {
    const future = chunkAt(Date.now() + 3600_000, 'hour');
    await expect(runHour(context, future)).rejects.toThrow(code('HM_RUN_001'));
  });

  test('with --no-index stops after the manifest; the next run continues from it without reading again', async () => {
    expect(await run({ noIndex: true })).toMatchObject({ state: 'rolled-up', druid: null });
    expect(druid.submitted).toEqual([]);
    expect(await run({ noIndex: true })).toMatchObject({ unchanged: true });
    expect(await run()).toMatchObject({ state: 'done' });
    expect(engine.builds).toBe(1);
  });
});

describe('input', () => {
  test('that is missing is refused, and accepted only with --accept-loss, which the report and the plan record', async () => {
    source.listing = { splits: [], losses: [{ source: 'in.json', reason: 'no such file', code: 'HM_INPUT_001' }] };
    engine.counts = NO_COUNTS;
    await expect(run()).rejects.toThrow(code('HM_INPUT_001'));
    expect(await states()).toEqual([]);
    expect(await run({ acceptLoss: true })).toMatchObject({ state: 'done', overrides: ['--accept-loss'] });
  });
});

describe('input that is gone', () => {
  test('does not keep a committed hour from being published, nor does --accept-loss throw it away', async () => {
    await run({ noIndex: true });
    source.listing = { splits: [], losses: [{ source: 'in.json', reason: 'no such file', code: 'HM_INPUT_001' }] };
    expect(await run({ acceptLoss: true })).toMatchObject({ state: 'done', counts: { kept: 10 } });
    expect(engine.builds).toBe(1);
  });
});

describe('never publish worse than what is there', () => {
  test('an empty hour over a full one is refused before anything is submitted; --allow-empty clears it, --allow-shrink does not', async () => {
    await run();
    engine.counts = { ...NO_COUNTS, read: 10, stray: 10 };
    await expect(run({ force: true })).rejects.toThrow(code('HM_GUARD_001'));
    expect(druid.submitted).toHaveLength(1);
    expect(druid.hours.get(CHUNK.startMs)?.rows).toBe(10);
    await expect(run({ allowShrink: true })).rejects.toThrow(code('HM_GUARD_001'));
    expect(await run({ allowEmpty: true })).toMatchObject({
      state: 'done',
      druid: { rows: 0 },
      overrides: ['--allow-empty'],
    });
    expect(druid.hours.size).toBe(0);
    expect(engine.builds).toBe(2);
  });

  test('an hour that shrank too much is refused; what was built is kept for --allow-shrink', async () => {
    await run();
    engine.counts = { ...NO_COUNTS, read: 10, kept: 5, filtered: 5 };
    await expect(run({ force: true })).rejects.toThrow(code('HM_GUARD_002'));
    expect(druid.hours.get(CHUNK.startMs)?.rows).toBe(10);
    await expect(run({ allowEmpty: true })).rejects.toThrow(code('HM_GUARD_002'));
    expect(await run({ allowShrink: true })).toMatchObject({ state: 'done', counts: { kept: 5 } });
    expect(engine.builds).toBe(2);
  });

  test('a refusal stands in the ledger with its code; an override with who and why, in every entry of its run', async () => {
    await run();
    engine.counts = { ...NO_COUNTS, read: 10, kept: 5, filtered: 5 };
    await expect(run({ force: true })).rejects.toThrow(code('HM_GUARD_002'));
    const refused = (await context.ledger.history(CHUNK)).at(-1);
    expect(refused).toMatchObject({ state: 'rolled-up', error: { code: 'HM_GUARD_002' } });
    const report = await run({ allowShrink: true, reason: 'the filter is stricter now', by: 'eve@host' });
    expect(report).toMatchObject({ overriddenBy: 'eve@host', overrideReason: 'the filter is stricter now' });
    const entries = (await context.ledger.history(CHUNK)).filter(({ runId }) => runId === report.runId);
    const overrides = { flags: ['--allow-shrink'], reason: 'the filter is stricter now', by: 'eve@host' };
    expect(entries.map((entry) => entry.overrides)).toEqual(entries.map(() => overrides));
    expect(entries.at(-1)?.state).toBe('done');
  });

  test('nothing is said of overrides where nothing was overridden', async () => {
    expect(await run({ noIndex: true })).not.toHaveProperty('overriddenBy');
    expect((await context.ledger.history(CHUNK)).filter((entry) => entry.overrides !== undefined)).toEqual([]);
  });

  test('an empty hour where Druid has nothing is done without a task', async () => {
    engine.counts = NO_COUNTS;
    expect(await run()).toMatchObject({ state: 'done', druid: null });
    expect(druid.submitted).toEqual([]);
  });

  test('too many rejects end the hour before the commit point; error and ledger say what they were', async () => {
    engine.counts = { ...NO_COUNTS, read: 10, kept: 5, rejected: 5 };
    await expect(run()).rejects.toThrow(code('HM_GUARD_003'));
    expect((await context.ledger.history(CHUNK)).at(-1)?.report?.counts.rejected).toBe(5);
    expect(await states()).toEqual(['planned', 'failed']);
  });

  test('too many rejects are published with --allow-rejects', async () => {
    engine.counts = { ...NO_COUNTS, read: 10, kept: 5, rejected: 5 };
    expect(await run({ allowRejects: true })).toMatchObject({ state: 'done', overrides: ['--allow-rejects'] });
  });
});

describe('Druid in trouble', () => {
  test('a Druid that is down costs nothing: the run ends with 75 before it reads', async () => {
    druid.failpoint = { step: 'ping', when: 'before', code: 'HM_DRUID_001' };
    await expect(run()).rejects.toThrow(code('HM_DRUID_001'));
    expect(engine.builds).toBe(0);
    expect(await states()).toEqual([]);
  });

  test.each([
    ['submit', 'before', 'HM_DRUID_001'],
    ['submit', 'after', 'HM_DRUID_001'],
    ['wait', 'before', 'HM_DRUID_004'],
    ['wait', 'after', 'HM_DRUID_001'],
    ['verify', 'before', 'HM_DRUID_006'],
  ] as const)(
    'an hour cut at %s (%s it took effect) is continued with the same task',
    async (step, when, errorCode) => {
      druid.failpoint = { step, when, code: errorCode };
      await expect(run()).rejects.toThrow(code(errorCode));
      expect(await run()).toMatchObject({ state: 'done', counts: { kept: 10 } });
      expect(engine.builds).toBe(1);
      expect(druid.submitted).toHaveLength(1);
    },
  );

  test('a failed task is not sent again under its id: the next run makes another attempt', async () => {
    druid.failsAttempt = 1;
    await expect(run()).rejects.toThrow(code('HM_DRUID_003'));
    expect(await run()).toMatchObject({ state: 'done' });
    expect(druid.submitted).toEqual([expect.stringMatching(/-a1$/), expect.stringMatching(/-a2$/)]);
    expect(engine.builds).toBe(1);
  });

  test('numbers that differ end the hour as failed: the next run builds it anew', async () => {
    druid.failpoint = { step: 'verify', when: 'before', code: 'HM_DRUID_007' };
    await expect(run()).rejects.toThrow(code('HM_DRUID_007'));
    expect((await states()).at(-1)).toBe('failed');
    expect(await run()).toMatchObject({ state: 'done' });
    expect(engine.builds).toBe(2);
  });

  test('an old task is brought to its end before a changed hour is built over it', async () => {
    druid.failpoint = { step: 'wait', when: 'before', code: 'HM_DRUID_004' };
    await expect(run()).rejects.toThrow(code('HM_DRUID_004'));
    source.listing = { splits: [split('2')], losses: [] };
    engine.counts = { ...NO_COUNTS, read: 12, kept: 12 };
    expect(await run()).toMatchObject({ state: 'done', counts: { kept: 12 } });
    expect(druid.hours.get(CHUNK.startMs)?.rows).toBe(12);
    expect(await states()).toContain('superseded');
  });
});

describe('two runs of one hour', () => {
  test('the second is told that the first owns it', async () => {
    let second: Promise<unknown> = Promise.resolve();
    engine.onBuild = async () => {
      engine.onBuild = () => {};
      second = expect(run()).rejects.toThrow(code('HM_LEDGER_001'));
      await second;
    };
    expect(await run()).toMatchObject({ state: 'done' });
    await second;
    expect(engine.builds).toBe(1);
  });

  test('started in the same moment, one is done and the others lost', async () => {
    const results = await Promise.allSettled([run(), run(), run(), run()]);
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason.code).toMatch(/HM_LEDGER_00[12]/);
    }
    expect(engine.builds).toBe(1);
    expect(druid.submitted).toHaveLength(1);
  });

  test('a run that lost its hour stops before it publishes', async () => {
    engine.onBuild = async () => {
      engine.onBuild = () => {};
      const last = (await context.ledger.history(CHUNK)).at(-1);
      const stolen = newLedgerEntry({
        pipeline: 'p',
        hour: isoMillis(CHUNK.startMs),
        runId: 'thief',
        state: 'planned',
      });
      await context.ledger.append(CHUNK, last, stolen);
    };
    await expect(run()).rejects.toThrow(code('HM_LEDGER_002'));
    expect(druid.submitted).toEqual([]);
  });

  test('the lease is renewed at half time while the run works', async () => {
    engine.onBuild = () => new Promise((resolve) => setTimeout(resolve, 400));
    await run({ leaseMs: 300 });
    expect((await states()).filter((state) => state === 'planned').length).toBeGreaterThan(1);
  });
});

describe('an interrupted run', () => {
  test('ends its hour as failed, and the next one builds it', async () => {
    const controller = new AbortController();
    engine.onBuild = () => {
      engine.onBuild = () => {};
      controller.abort(new Error('stopped'));
    };
    await expect(run({ signal: controller.signal })).rejects.toThrow('stopped');
    expect(await states()).toEqual(['planned', 'failed']);
    expect(await run()).toMatchObject({ state: 'done' });
  });
});

describe('verification of a done hour', () => {
  test('finds numbers that changed behind our back', async () => {
    await run();
    const { signal } = new AbortController();
    expect(await verifyHour(context, CHUNK, signal)).toMatchObject({ matches: true, served: { count: '10' } });
    druid.hours.set(CHUNK.startMs, { taskId: 'x', rows: 1, sums: { count: '11' } });
    expect(await verifyHour(context, CHUNK, signal)).toMatchObject({
      matches: false,
      differences: [expect.stringContaining('11')],
    });
  });
});
