import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { chunkAt, chunksBetween, type StageOneResult, type TimeChunk } from '@hourmill/core';
import { fileObjectStore, fileSource } from '@hourmill/objects';
import { loadDefinition, type Program } from '@hourmill/pipeline';
import { createReferenceEngine } from '@hourmill/reference';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** DuckDB computes the same roll-ups with its own SQL from the same files: an oracle that shares no code with ours. */

let duckdb: DuckDBConnection;
const folder = mkdtempSync(join(tmpdir(), 'hourmill-duckdb-'));

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  await duckdb.run("SET TimeZone = 'UTC'");
});

afterAll(() => {
  duckdb.closeSync();
  rmSync(folder, { recursive: true });
});

async function query(sql: string): Promise<Record<string, unknown>[]> {
  return (await duckdb.runAndReadAll(sql)).getRowObjectsJS();
}

/** Rows of one query that the other does not have, in both directions; as multisets. */
async function differences(a: string, b: string): Promise<Record<string, unknown>[]> {
  return query(`((${a}) EXCEPT ALL (${b})) UNION ALL ((${b}) EXCEPT ALL (${a}))`);
}

interface Build {
  readonly result: StageOneResult;
  /** Paths of the parts. */
  readonly parts: readonly string[];
}

async function build(program: Program, paths: readonly string[], chunk: TimeChunk): Promise<Build> {
  const source = fileSource({ paths, window: { hoursBefore: 0, hoursAfter: 0 } });
  const root = mkdtempSync(join(folder, 'store-'));
  const { splits } = await source.list(chunk);
  const engine = createReferenceEngine({
    program,
    limits: { memoryBytes: 2 ** 40, maxRecordBytes: 2 ** 20, maxRejectedBytes: 2 ** 20 },
    compression: { codec: 'zstd', level: 3 },
  });
  const hour = new Date(chunk.startMs).toISOString();
  const result = await engine.build({
    plan: { version: 1, pipeline: 'x', hour, chunk, definitionHash: '', listingHash: '', splits, losses: [] },
    source,
    store: fileObjectStore({ root }),
    prefix: 'x/',
    signal: new AbortController().signal,
  });
  return { result, parts: result.parts.map(({ path }) => join(root, path)) };
}

function parquet(parts: readonly string[]): string {
  return `read_parquet([${parts.map((part) => `'${part}'`).join()}], file_row_number = true)`;
}

/** The rows as hyparquet reads them and as DuckDB reads them, as JSON lines in file order. */
async function readTwice(parts: readonly string[]): Promise<[hyparquet: string[], duckdb: string[]]> {
  const byHyparquet = await Promise.all(
    parts.map((part) => parquetReadObjects({ file: new Uint8Array(readFileSync(part)).buffer, compressors })),
  );
  const byDuckdb = await query(`SELECT * EXCLUDE (file_row_number) FROM ${parquet(parts)} ORDER BY file_row_number`);
  return [byHyparquet.flat().map(toText), byDuckdb.map(toText)];
}

function toText(row: Record<string, unknown>): string {
  return JSON.stringify(Object.values(row), (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : (value ?? null),
  );
}

/** Rows that are not where sorting by time and dimensions, nulls first, would put them. */
async function misplaced(parts: readonly string[], columns: StageOneResult['columns']): Promise<unknown[]> {
  const keys = columns.filter(({ role }) => role !== 'metric').map(({ name }) => `"${name}" NULLS FIRST`);
  const sorted = `SELECT file_row_number AS found, row_number() OVER (ORDER BY ${keys.join()}) - 1 AS place FROM ${parquet(parts)}`;
  return query(`SELECT * FROM (${sorted}) WHERE found <> place`);
}

describe('the 24 hours of the wikiticker sample', () => {
  const data = join(import.meta.dirname, '../../data/wikiticker-2015-09-12-sampled.json.gz');
  const definition = join(import.meta.dirname, '../../pipelines/wikiticker.yaml');
  const { program } = loadDefinition(definition, {
    text: readFileSync(definition, 'utf8'),
    env: () => undefined,
    readFile: () => '',
  });
  const longs = ['added', 'deleted', 'delta', 'metroCode'];
  const strings = program.dimensions.map(({ name }) => name).filter((name) => !longs.includes(name));
  const types = [...strings.map((name) => `${name}: 'VARCHAR'`), ...longs.map((name) => `${name}: 'BIGINT'`)];
  const events = `read_json('${data}', columns = {time: 'TIMESTAMPTZ', ${types.join()}})`;
  const dimensions = program.dimensions.map(({ name }) => name).join();
  const columns = `__time, ${dimensions}, events, added, deleted, delta, smallestDelta, largestDelta`;
  const chunks = chunksBetween(Date.parse('2015-09-12T00:00:00Z'), Date.parse('2015-09-13T00:00:00Z'), 'hour');
  const builds: Build[] = [];

  beforeAll(async () => {
    for (const chunk of chunks) builds.push(await build(program, [data], chunk));
  });

  test('agree with DuckDB in every group', async () => {
    const ours = `SELECT ${columns} FROM ${parquet(builds.flatMap(({ parts }) => parts))}`;
    const theirs = `SELECT date_trunc('minute', time) AS __time, ${dimensions}, count(*) AS events, sum(added)::BIGINT,
      sum(deleted)::BIGINT, sum(delta)::BIGINT, min(delta), max(delta) FROM ${events} GROUP BY ALL`;
    expect(await differences(ours, theirs)).toEqual([]);
    const [{ groups, kept } = {}] = await query(
      `SELECT count(*) AS groups, sum(events)::BIGINT AS kept FROM (${ours})`,
    );
    expect(kept).toBe(39_244n);
    expect(groups).toBe(BigInt(builds.reduce((sum, { result }) => sum + result.groups, 0)));
  });

  test('account for each of the 39,244 events in every hour', () => {
    for (const { result } of builds) {
      expect(result.counts).toMatchObject({ read: 39_244, duplicate: 0, filtered: 0, rejected: 0 });
      expect(result.counts.kept + result.counts.stray).toBe(39_244);
      expect(result.sums.events).toBe(String(result.counts.kept));
    }
  });

  test('are sorted, and read the same by DuckDB and by hyparquet', async () => {
    for (const { parts, result } of builds) {
      expect(await misplaced(parts, result.columns)).toEqual([]);
      const [byHyparquet, byDuckdb] = await readTwice(parts);
      expect(byHyparquet).toHaveLength(result.groups);
      expect(byHyparquet).toEqual(byDuckdb);
    }
  });

  test('come out as the same bytes again', async () => {
    const again = await build(program, [data], chunks[7] ?? chunkAt(0, 'hour'));
    expect(again.result.parts).toEqual(builds[7]?.result.parts);
  });
});

describe.each(['first', 'last'] as const)('20,000 events with duplicates in three files, keep: %s', (keep) => {
  const startMs = Date.parse('2026-11-22T10:00:00Z');
  const input = join(folder, `events-${keep}`);
  const program: Program = {
    timestamp: { path: ['ts'], format: 'millis' },
    deduplicate: { key: [['user'], ['id']], keep },
    filter: { kind: 'compare', field: ['price'], operator: '>=', literal: { kind: 'number', text: '0.5' } },
    queryGranularityMs: 60_000,
    dimensions: [
      { name: 'publisher', path: ['publisher'], type: 'string', multiValue: null },
      { name: 'city', path: ['geo', 'city'], type: 'string', multiValue: null },
      { name: 'status', path: ['status'], type: 'long', multiValue: null },
      { name: 'tags', path: ['tags'], type: 'string', multiValue: 'SORTED_ARRAY' },
    ],
    metrics: [
      { name: 'events', type: 'count' },
      { name: 'revenue', type: 'doubleSum', path: ['price'] },
      { name: 'highest', type: 'doubleMax', path: ['price'] },
      { name: 'clicks', type: 'longSum', path: ['clicks'] },
    ],
    countMetric: 'events',
  };
  let built: Build;

  beforeAll(async () => {
    mkdirSync(input);
    writeEvents(input, startMs);
    built = await build(program, [join(input, '*.ndjson')], chunkAt(startMs, 'hour'));
  });

  test('agree with DuckDB in every group', async () => {
    const types = `{seq: 'BIGINT', ts: 'BIGINT', user: 'VARCHAR', id: 'BIGINT', publisher: 'VARCHAR',
      geo: 'STRUCT(city VARCHAR)', status: 'BIGINT', tags: 'VARCHAR[]', price: 'DOUBLE', clicks: 'BIGINT'}`;
    const winner = keep === 'first' ? 'min' : 'max';
    const theirs = `WITH candidates AS (
        SELECT * FROM read_json('${input}/*.ndjson', columns = ${types}, format = 'newline_delimited')
        WHERE ts >= ${startMs} AND ts < ${startMs + 3_600_000} AND price >= 0.5
      ), kept AS (
        SELECT * FROM candidates WHERE seq IN (SELECT ${winner}(seq) FROM candidates GROUP BY "user", id)
      )
      SELECT to_timestamp(ts // 60000 * 60) AS __time, publisher, geo.city AS city, status,
        CASE WHEN len(tags) > 0 THEN list_sort(tags) END AS tags,
        count(*) AS events, sum(price) AS revenue, max(price) AS highest, sum(clicks)::BIGINT AS clicks
      FROM kept GROUP BY ALL`;
    const ours = `SELECT * EXCLUDE (file_row_number) FROM ${parquet(built.parts)}`;
    expect(await differences(ours, theirs)).toEqual([]);
    expect(await query(`SELECT count(*) AS n FROM (${ours})`)).toEqual([{ n: BigInt(built.result.groups) }]);
  });

  test('leave nothing out, and are sorted', async () => {
    const { counts, columns } = built.result;
    expect(counts.read).toBe(20_000);
    for (const count of [counts.kept, counts.duplicate, counts.filtered, counts.stray])
      expect(count).toBeGreaterThan(100);
    expect(await misplaced(built.parts, columns)).toEqual([]);
    const [byHyparquet, byDuckdb] = await readTwice(built.parts);
    expect(byHyparquet).toEqual(byDuckdb);
  });
});

/** Prices are multiples of 1/64, so that every order of adding gives the same double. `seq` follows the positions. */
function writeEvents(path: string, startMs: number): void {
  const random = generator(42);
  const pick = <T>(...values: readonly T[]): T | undefined => values[random(values.length)];
  const files: string[][] = [[], [], []];
  for (let seq = 0; seq < 20_000; seq++) {
    const event = {
      seq,
      ts: startMs - 300_000 + random(4_200_000),
      user: pick('u1', 'u2', 'ü3'),
      id: random(6000),
      publisher: pick('a', 'ä', '😀', '\uffff', '', null, undefined),
      geo: pick({ city: 'Rome' }, { city: null }, {}, undefined),
      status: pick(200, 404, null),
      tags: pick(['b', 'a'], ['a', 'b'], ['x'], [], null),
      price: random(1000) / 64,
      clicks: pick(0, 1, 2, null),
    };
    files[Math.floor((seq * files.length) / 20_000)]?.push(JSON.stringify(event));
  }
  files.forEach((events, index) => {
    writeFileSync(pathToFileURL(join(path, `part-${index}.ndjson`)), `${events.join('\n')}\n`);
  });
}

/** Whole numbers below a bound, the same ones for the same seed: a linear congruential generator (Numerical Recipes). */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
