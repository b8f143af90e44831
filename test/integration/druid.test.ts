import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import {
  chunkAt,
  type HandOver,
  InvariantError,
  isHourmillError,
  type SegmentGranularity,
  systemClock,
} from '@hourmill/core';
import { createIndexer, describeDruid, type Timing } from '@hourmill/druid';
import type { Program } from '@hourmill/pipeline';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  definitionOf,
  dimension,
  EVENTS,
  HOUR,
  handOverOf,
  type PartsOptions,
  programOf,
} from '../../packages/druid/test/hand-over.ts';

const { coordinator, broker } = inject('druid');
const signal = AbortSignal.timeout(600_000);
let folder: string;
let duckdb: DuckDBConnection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hourmill-druid-'));
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(async () => {
  duckdb.closeSync();
  await rm(folder, { recursive: true });
});

const PAGES = programOf([dimension('page')], [EVENTS]);

/** A data source of its own for each test. */
function target(program: Program = PAGES, name = 'test', timing: Partial<Timing> = {}) {
  const dataSource = `${name}_${randomUUID().slice(0, 8)}`;
  const definition = definitionOf({ dataSource, coordinator, overlord: coordinator, broker });
  return { dataSource, indexer: createIndexer({ definition, program, clock: systemClock, timing }) };
}
type Target = ReturnType<typeof target>;

/** A part of the rows of a SELECT, which has the columns of the program after `__time`. */
async function part(select: string): Promise<PartsOptions['locations'][number]> {
  const path = join(folder, `${randomUUID()}.parquet`);
  await duckdb.run(`COPY (${select}) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`);
  return { type: 'local', path };
}

const at = (time: string) => `epoch_ms(${Date.parse(`2026-11-22T${time}Z`)})::TIMESTAMP_MS AS __time`;
const page = (time: string, name: string, events: number) =>
  `SELECT ${at(time)}, '${name}' AS page, ${events}::BIGINT AS events`;

async function pages(rows: readonly [time: string, name: string, events: number][], rest: Partial<PartsOptions> = {}) {
  const sum = rows.reduce((total, [, , events]) => total + events, 0);
  const locations = [await part(rows.map((row) => page(...row)).join(' UNION ALL '))];
  return handOverOf({ locations, rows: rows.length, sums: { events: String(sum) }, ...rest });
}

async function publish({ indexer }: Target, handOver: HandOver, attempt = 1) {
  await indexer.submit(handOver, attempt, { signal });
  const outcome = await indexer.wait(handOver, attempt, { signal });
  expect(outcome).toEqual({ state: 'succeeded', processed: handOver.manifest.result.groups });
  return indexer.verify(handOver, attempt, { signal });
}

async function failure(action: Promise<unknown>) {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isHourmillError(error)) throw new Error('it did not fail with a coded error', { cause: error });
  return error;
}

const day = (segmentGranularity: SegmentGranularity) => chunkAt(Date.parse('2026-11-22T00:00:00Z'), segmentGranularity);

test('an hour is indexed and its numbers are those of the manifest', async () => {
  const druid = target();
  const steps = new Set<string>();
  const handOver = await pages([
    ['10:01:00', 'a', 3],
    ['10:59:00', 'b', 4],
  ]);
  expect(await druid.indexer.served(HOUR, signal)).toBe(0n);
  expect(await druid.indexer.submit(handOver, 1, { signal })).toBe('submitted');
  const onProgress = ({ step }: { step: string }) => void steps.add(step);
  expect(await druid.indexer.wait(handOver, 1, { signal, onProgress })).toEqual({ state: 'succeeded', processed: 2 });
  const served = await druid.indexer.verify(handOver, 1, { signal, onProgress });
  expect(served).toEqual({
    taskId: druid.indexer.taskId(handOver, 1),
    segments: 1,
    rows: 2,
    sums: { events: '7' },
  });
  expect(steps).toContain('comparing');
  expect(await druid.indexer.served(HOUR, signal)).toBe(7n);
  expect(await druid.indexer.sums(HOUR, ['events', 'unknown'], signal)).toEqual({ rows: 2, sums: { events: '7' } });
});

test('sending a task again attaches to it, also when it has ended', async () => {
  const druid = target();
  const handOver = await pages([['10:01:00', 'a', 3]]);
  const both = await Promise.all([
    druid.indexer.submit(handOver, 1, { signal }),
    druid.indexer.submit(handOver, 1, { signal }),
  ]);
  expect(both.toSorted()).toEqual(['attached', 'submitted']);
  await publish(druid, handOver);
  expect(await druid.indexer.submit(handOver, 1, { signal })).toBe('attached');
  expect((await publish(druid, handOver)).sums).toEqual({ events: '3' });
});

test.each(['five_minute', 'hour', 'day'] as const)(
  'an hour replaces exactly what %s segments held for it and leaves the rest alone',
  async (granularity) => {
    const druid = target();
    const times = ['09:59:00', '10:02:00', '10:33:00', '11:00:00'];
    for (const chunk of new Set(times.map((time) => chunkAt(Date.parse(`2026-11-22T${time}Z`), granularity).startMs))) {
      const inside = times.filter((time) => chunkAt(Date.parse(`2026-11-22T${time}Z`), granularity).startMs === chunk);
      const rows = inside.map((time) => [time, 'old', 100] as [string, string, number]);
      await publish(druid, await pages(rows, { chunk: chunkAt(chunk, granularity) }));
    }
    expect(await druid.indexer.served(HOUR, signal)).toBe(200n);
    const served = await publish(druid, await pages([['10:59:00', 'new', 7]], { runId: 'run-2' }));
    expect(served).toMatchObject({ segments: 1, rows: 1, sums: { events: '7' } });
    expect(await druid.indexer.served(day('day'), signal)).toBe(207n);

    const emptied = await publish(druid, handOverOf({ locations: [], rows: 0, sums: {} }));
    expect(emptied).toMatchObject({ segments: 0, rows: 0 });
    expect(await druid.indexer.served(HOUR, signal)).toBe(0n);
    expect(await druid.indexer.served(day('day'), signal)).toBe(200n);
    expect((await publish(druid, await pages([['10:10:00', 'newer', 1]], { runId: 'run-3' }))).rows).toBe(1);
    expect(await druid.indexer.served(day('day'), signal)).toBe(201n);
  },
);

test('an hour that was never there can be emptied too', async () => {
  const druid = target();
  await publish(druid, handOverOf({ locations: [], rows: 0, sums: {} }));
  expect(await druid.indexer.sums(HOUR, ['events'], signal)).toEqual({ rows: 0, sums: {} });
});

test('a task that was retired before it was sent publishes nothing, whoever sends it later', async () => {
  const druid = target(PAGES, 'test', { appearMs: 3_000 });
  const handOver = await pages([['10:01:00', 'a', 3]]);
  await druid.indexer.retire(druid.indexer.taskId(handOver, 1), { signal });
  expect(await druid.indexer.submit(handOver, 1, { signal })).toBe('attached');
  expect(await failure(druid.indexer.wait(handOver, 1, { signal }))).toMatchObject({ code: 'HM_DRUID_005' });
  expect(await druid.indexer.served(HOUR, signal)).toBe(0n);
  expect((await publish(druid, handOver, 2)).sums).toEqual({ events: '3' });
});

test('a task that is there already is brought to its end by retiring it', async () => {
  const druid = target();
  const handOver = await pages([['10:01:00', 'a', 3]]);
  await druid.indexer.submit(handOver, 1, { signal });
  await druid.indexer.retire(druid.indexer.taskId(handOver, 1), { signal });
  expect(await druid.indexer.wait(handOver, 1, { signal })).toEqual({ state: 'succeeded', processed: 1 });
});

test('a missing file keeps what Druid has and is found out by the report', async () => {
  const druid = target();
  await publish(druid, await pages([['10:01:00', 'a', 3]]));
  const gone = { type: 'local', path: join(folder, 'gone.parquet') } as const;
  const handOver = handOverOf({ locations: [gone], rows: 1, sums: { events: '5' }, runId: 'run-2' });
  await druid.indexer.submit(handOver, 1, { signal });
  const error = await failure(druid.indexer.wait(handOver, 1, { signal }));
  expect(error).toMatchObject({ code: 'HM_DRUID_005', context: { processed: 0, expectedRows: 1 } });
  expect(await druid.indexer.served(HOUR, signal)).toBe(3n);
});

test('rows of another hour in the parts are found out by the report', async () => {
  const druid = target();
  const handOver = await pages([
    ['10:01:00', 'a', 3],
    ['12:01:00', 'b', 4],
  ]);
  await druid.indexer.submit(handOver, 1, { signal });
  expect(await failure(druid.indexer.wait(handOver, 1, { signal }))).toMatchObject({
    code: 'HM_DRUID_005',
    context: { processed: 1, thrownAway: 1 },
  });
});

test('an hour with events but without parts is never sent', async () => {
  const { indexer } = target();
  const empty = handOverOf({ locations: [], rows: 0, sums: {} });
  const { result } = empty.manifest;
  const manifest = { ...empty.manifest, result: { ...result, counts: { ...result.counts, read: 5, kept: 5 } } };
  await expect(async () => indexer.submit({ ...empty, manifest }, 1, { signal })).rejects.toThrow(InvariantError);
});

test('a file that is no Parquet fails the task with its own words, the id stays taken and another attempt succeeds', async () => {
  const druid = target();
  await duckdb.run(`COPY (SELECT 'no parquet') TO '${join(folder, 'bad.parquet')}' (FORMAT csv)`);
  const bad = { type: 'local', path: join(folder, 'bad.parquet') } as const;
  const broken = handOverOf({ locations: [bad], rows: 1, sums: { events: '1' } });
  await druid.indexer.submit(broken, 1, { signal });
  const outcome = await druid.indexer.wait(broken, 1, { signal });
  expect(outcome).toMatchObject({ state: 'failed', message: expect.stringContaining('Parquet') });
  expect(await druid.indexer.submit(broken, 1, { signal })).toBe('attached');
  await duckdb.run(`COPY (${page('10:01:00', 'a', 1)}) TO '${bad.path}' (FORMAT parquet)`);
  expect((await publish(druid, broken, 2)).sums).toEqual({ events: '1' });
});

test('sums that differ from the manifest are named with both numbers', async () => {
  const druid = target();
  const handOver = await pages([['10:01:00', 'a', 3]], { sums: { events: '4' } });
  await druid.indexer.submit(handOver, 1, { signal });
  await druid.indexer.wait(handOver, 1, { signal });
  expect(await failure(druid.indexer.verify(handOver, 1, { signal }))).toMatchObject({
    code: 'HM_DRUID_007',
    context: { metric: 'events', expected: '4', served: '3' },
  });
});

test('old segments never pass for the new ones', async () => {
  const druid = target();
  const old = await pages([['10:01:00', 'a', 3]]);
  await publish(druid, old);
  const gone = { type: 'local', path: join(folder, 'gone.parquet') } as const;
  // This task publishes nothing, and the old numbers happen to be those that its manifest promises.
  const empty = handOverOf({ locations: [gone], rows: 1, sums: { events: '3' }, runId: 'run-2' });
  await druid.indexer.submit(empty, 1, { signal });
  await failure(druid.indexer.wait(empty, 1, { signal }));
  const { dataSource } = druid;
  const definition = definitionOf({ dataSource, coordinator, overlord: coordinator, broker, loadTimeoutMs: 1500 });
  const hasty = createIndexer({ definition, program: PAGES, clock: systemClock });
  const error = await failure(hasty.verify(empty, 1, { signal }));
  expect(error).toMatchObject({ code: 'HM_DRUID_008', message: expect.stringContaining('newest published segments') });
});

test('a verified hour answers from the new segments, also when their sums are those of the old ones', async () => {
  const druid = target();
  for (const name of ['first', 'second', 'third']) {
    await publish(druid, await pages([['10:01:00', name, 3]], { runId: name }));
    expect(await sql(`SELECT page FROM "${druid.dataSource}"`)).toEqual([{ page: name }]);
  }
});

test('values of every type arrive exactly: 64-bit integers, doubles, null, "", lists in their order', async () => {
  const program = programOf(
    [
      dimension('s'),
      dimension('tags', { multiValue: 'ARRAY' }),
      dimension('set', { multiValue: 'SORTED_SET' }),
      dimension('n', { type: 'long' }),
      dimension('x', { type: 'double' }),
    ],
    [
      EVENTS,
      { name: 'big', type: 'longSum', path: ['big'] },
      { name: 'none', type: 'longSum', path: ['none'] },
      { name: 'least', type: 'longMin', path: ['least'] },
      { name: 'most', type: 'longMax', path: ['most'] },
      { name: 'money', type: 'doubleSum', path: ['money'] },
      { name: 'low', type: 'doubleMin', path: ['low'] },
    ],
  );
  const druid = target(program);
  const row = (s: string, tags: string, n: string, big: string, money: string) =>
    `SELECT ${at('10:00:00')}, ${s}::VARCHAR AS s, ${tags}::VARCHAR[] AS tags, ${tags}::VARCHAR[] AS "set", ` +
    `${n}::BIGINT AS n, ${money}::DOUBLE AS x, 1::BIGINT AS events, ${big}::BIGINT AS big, NULL::BIGINT AS none, ` +
    `${big}::BIGINT AS least, ${big}::BIGINT AS most, ${money}::DOUBLE AS money, ${money}::DOUBLE AS low`;
  const locations = [
    await part(
      [
        row("'x'", "['b','a','b']", '9223372036854775807', '9223372036854775806', '0.1'),
        row("''", "['']", '-9223372036854775807', '1', '1.7976931348623157e308'),
        row('NULL', 'NULL', 'NULL', 'NULL', 'NULL'),
      ].join(' UNION ALL '),
    ),
    await part(row("'é\u{1f600}'", "['\uffff','\u{1f600}']", '9007199254740993', '-9223372036854775807', '5e-324')),
  ];
  const sums = { events: '4', big: '0' };
  const handOver = handOverOf({ locations, rows: 4, sums });
  const served = await publish(druid, handOver);
  expect(served).toMatchObject({ rows: 4, sums });
  const rows = await sql(`
    SELECT s, MV_TO_STRING("tags", '|') AS tags, MV_TO_STRING("set", '|') AS "set", CAST(n AS VARCHAR) AS n,
      CAST("least" AS VARCHAR) AS "least", CAST("most" AS VARCHAR) AS "most", "money", "low", x, "none"
    FROM "${druid.dataSource}"`);
  const numbers = (value: number | null) => ({ money: value, low: value, x: value, none: null });
  const longs = (value: string | null) => ({ least: value, most: value });
  const expected = [
    { s: 'x', tags: 'b|a|b', set: 'b|a|b', n: '9223372036854775807', ...longs('9223372036854775806'), ...numbers(0.1) },
    { s: '', tags: '', set: '', n: '-9223372036854775807', ...longs('1'), ...numbers(1.7976931348623157e308) },
    { s: null, tags: null, set: null, n: null, ...longs(null), ...numbers(null) },
    {
      ...{ s: 'é\u{1f600}', tags: '\uffff|\u{1f600}', set: '\uffff|\u{1f600}', n: '9007199254740993' },
      ...{ ...longs('-9223372036854775807'), ...numbers(5e-324) },
    },
  ];
  expect(rows).toHaveLength(4);
  expect(rows).toEqual(expect.arrayContaining(expected));
});

test('sums stay exact where older segments hold the metric as a double or a string', async () => {
  const druid = target();
  const other = programOf([dimension('events')], [{ name: 'n', type: 'count' }]);
  const definition = definitionOf({ dataSource: druid.dataSource, coordinator, overlord: coordinator, broker });
  const earlier = createIndexer({ definition, program: other, clock: systemClock });
  const chunk = chunkAt(Date.parse('2026-11-22T08:00:00Z'), 'hour');
  const locations = [await part(`SELECT ${at('08:00:00')}, 'abc' AS events, 1::BIGINT AS n`)];
  await publish({ ...druid, indexer: earlier }, handOverOf({ locations, rows: 1, sums: { n: '1' }, chunk }));
  const served = await publish(
    druid,
    await pages(
      [
        ['10:01:00', 'a', 2 ** 53],
        ['10:02:00', 'a', 1],
      ],
      { sums: { events: '9007199254740993' } },
    ),
  );
  expect(served.sums).toEqual({ events: '9007199254740993' });
  expect(await earlier.served(HOUR, signal), 'rows without the count metric count one each').toBe(2n);
});

test('a pipeline without dimensions gets no dimensions', async () => {
  const druid = target(programOf([], [EVENTS]));
  const locations = [await part(`SELECT ${at('10:00:00')}, 9::BIGINT AS events`)];
  const served = await publish(druid, handOverOf({ locations, rows: 1, sums: { events: '9' } }));
  expect(served).toMatchObject({ rows: 1, sums: { events: '9' } });
  const [row] = await sql(`SELECT * FROM "${druid.dataSource}"`);
  expect(Object.keys(row ?? {}).toSorted()).toEqual(['__time', 'events']);
});

test('a data source and metrics with odd names work as any other', async () => {
  const program = programOf([dimension('a "b"')], [{ name: 'sum of "x"', type: 'count' }]);
  const druid = target(program, 'odd "name".é ');
  const locations = [await part(`SELECT ${at('10:00:00')}, 'v' AS "a ""b""", 2::BIGINT AS "sum of ""x"""`)];
  const handOver = handOverOf({ locations, rows: 1, sums: { 'sum of "x"': '2' } });
  expect((await publish(druid, handOver)).sums).toEqual({ 'sum of "x"': '2' });
  expect(await druid.indexer.served(HOUR, signal)).toBe(2n);
});

test('Druid that is down is said to be down', async () => {
  const address = 'http://127.0.0.1:9';
  const definition = definitionOf({ coordinator: address, overlord: address, broker: address });
  const indexer = createIndexer({
    definition,
    program: PAGES,
    clock: systemClock,
    timing: { retryMs: 300, settleMs: 300 },
  });
  for (const call of [indexer.ping(signal), indexer.served(HOUR, signal)]) {
    expect(await failure(call)).toMatchObject({ code: 'HM_DRUID_001', exitCode: 75 });
  }
});

test('doctor sees the version, the leader and the input types', async () => {
  await target().indexer.ping(signal);
  const { druid } = definitionOf({ coordinator, overlord: coordinator, broker });
  if (druid === undefined) throw new Error('no druid');
  const seen = await describeDruid({ druid, clock: systemClock }, signal);
  expect(seen).toMatchObject({ inputTypes: { parquet: true, s3: true }, overlordLeader: coordinator });
  expect(seen.versions.broker).toBe(seen.versions.coordinator);
});

async function sql(query: string): Promise<Record<string, unknown>[]> {
  const response = await fetch(`${broker}/druid/v2/sql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, context: { useCache: false } }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>[];
}
