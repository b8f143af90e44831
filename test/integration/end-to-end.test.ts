import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type RunReport, sha256 } from '@hourmill/core';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { hourmill, Workplace } from '../../packages/cli/test/hourmill.ts';
import { type TestBucket, testBucket } from './test-bucket.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WIKITICKER = join(ROOT, 'pipelines', 'wikiticker.yaml');
const IMPRESSIONS = join(ROOT, 'pipelines', 'impressions.yaml');
const SAMPLE = 'wikiticker-2015-09-12-sampled.json.gz';
const DAY = ['--from', '2015-09-12', '--to', '2015-09-13'];
const HOUR = '2015-09-12T10';

const druid = inject('druid');
const druidEnv = { DRUID_COORDINATOR: druid.coordinator, DRUID_BROKER: druid.broker };

async function sql<T>(query: string): Promise<T[]> {
  const response = await fetch(`${druid.broker}/druid/v2/sql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, context: { useCache: false } }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T[];
}

const totals = (dataSource: string) =>
  sql<{ events: number; added: number; rows: number }>(
    `SELECT SUM(events) AS events, SUM(added) AS added, COUNT(*) AS "rows" FROM "${dataSource}"`,
  );

/** Of all in a part but its footer, which names the pipeline. A Parquet file ends with its footer, the footer's length and PAR1. */
function pagesHash(part: Uint8Array): string {
  const bytes = Buffer.from(part);
  return sha256(bytes.subarray(0, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8)));
}

/** wikiticker.yaml as another pipeline, with its own data source, and the source or store that a test wants. */
function variant(place: Workplace, name: string, change: (text: string) => string = (text) => text): string {
  const text = readFileSync(WIKITICKER, 'utf8')
    .replace('name: wikiticker', `name: ${name}`)
    .replace('dataSource: wikiticker', `dataSource: ${name}`)
    .replace('file:../warehouse', 'file:./warehouse')
    .replace('../data/', `${join(ROOT, 'data')}/`);
  return place.file(`${name}.yaml`, change(text));
}

async function json<T = RunReport>(
  args: readonly string[],
  env: Readonly<Record<string, string>> = druidEnv,
): Promise<T> {
  const { status, stdout, stderr } = await hourmill([...args, '--json'], { env });
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

describe('the 24 hours of the sample', () => {
  const place = new Workplace();
  let pipeline: string;
  let built: { hours: RunReport[] };

  beforeAll(async () => {
    pipeline = variant(place, 'day_of_files');
    built = await json(['backfill', '-p', pipeline, ...DAY, '--parallel', '2']);
    return () => place[Symbol.dispose]();
  });

  test('are all done, and Druid serves every event that was read', async () => {
    expect(built.hours.map(({ state }) => state)).toEqual(Array.from({ length: 24 }, () => 'done'));
    expect(built.hours.reduce((sum, { counts }) => sum + counts.kept, 0)).toBe(39_244);
    const groups = built.hours.reduce((sum, hour) => sum + hour.groups, 0);
    expect(await totals('day_of_files')).toEqual([{ events: 39_244, added: 9_385_573, rows: groups }]);
  });

  test('are verified by SQL again', async () => {
    const { status, stdout } = await hourmill(['verify', '-p', pipeline, ...DAY], { env: druidEnv });
    expect(status).toBe(0);
    expect(stdout.match(/^2015-09-12T\d\d:00 {2}ok .*, Druid [\d,]+/gm)).toHaveLength(24);
  });

  test('run again they are left alone, with exit 0, and it is said so', async () => {
    const { status, stdout } = await hourmill(['run', '-p', pipeline, '--hour', HOUR], { env: druidEnv });
    expect(status).toBe(0);
    expect(stdout).toContain('nothing to do');
    expect(stdout).toContain('Druid served, when the hour was built,');
  });

  test('--force rebuilds and replaces an hour, and Druid counts the same', async () => {
    const before = await totals('day_of_files');
    const forced = await json(['run', '-p', pipeline, '--hour', HOUR, '--force']);
    expect(forced.unchanged).toBe(false);
    expect(forced.runId).not.toBe(built.hours[10]?.runId);
    expect(forced.druid?.taskId).not.toBe(built.hours[10]?.druid?.taskId);
    expect(await totals('day_of_files')).toEqual(before);
  });

  test('through the S3 server give byte-identical pages, which Druid reads from S3', async () => {
    await using bucket = await testBucket();
    await bucket.put(`raw/${SAMPLE}`, readFileSync(join(ROOT, 'data', SAMPLE)));
    using s3Place = new Workplace();
    const s3Pipeline = variant(s3Place, 'day_of_objects', (text) =>
      text
        .replace(
          /source:\n {2}type: files\n {2}paths:\n.*\n/,
          `source: { type: s3, prefix: raw/, ${connectionYaml(bucket)} }\n`,
        )
        .replace(
          'store: file:./warehouse',
          `store: "s3://${bucket.name}/warehouse"\n  ${connectionYaml(bucket, '\n  ').replace(/^bucket.*\n {2}/, '')}`,
        ),
    );
    const env = { ...druidEnv, TEST_S3_SECRET: bucket.secretKey };
    const { hours } = await json<{ hours: RunReport[] }>(
      ['backfill', '-p', s3Pipeline, ...DAY, '--parallel', '2'],
      env,
    );
    const paths = (reports: readonly RunReport[]) => reports.flatMap(({ parts }) => parts.map(({ path }) => path));
    const fromObjects = await Promise.all(paths(hours).map((path) => bucket.get(`warehouse/${path}`)));
    const fromFiles = paths(built.hours).map((path) => readFileSync(join(place.folder, 'warehouse', path)));
    expect(fromObjects.map(pagesHash)).toEqual(fromFiles.map(pagesHash));
    expect(await totals('day_of_objects')).toEqual(await totals('day_of_files'));
  });

  test('an hour that would shrink is refused with exit 7 before anything is submitted; --allow-shrink replaces it', async () => {
    const smaller = variant(place, 'day_of_files', (text) => `${text}\nfilter: "isRobot = true and added > 100"\n`);
    const before = await totals('day_of_files');
    const refused = await hourmill(['run', '-p', smaller, '--hour', '2015-09-12T11'], { env: druidEnv });
    expect(refused.stderr).toContain('HM_GUARD_002');
    expect(refused.status).toBe(7);
    expect(await totals('day_of_files')).toEqual(before);
    const allowed = await json([
      'run',
      '-p',
      smaller,
      '--hour',
      '2015-09-12T11',
      '--allow-shrink',
      '--reason',
      'a stricter filter',
    ]);
    expect(allowed.state).toBe('done');
    const [after] = await totals('day_of_files');
    expect(after?.events).toBe((before[0]?.events ?? 0) - (built.hours[11]?.counts.kept ?? 0) + allowed.counts.kept);
    variant(place, 'day_of_files');
  });

  test('an empty hour over a full one is refused with exit 7; --allow-empty empties it and leaves the others', async () => {
    const empty = variant(place, 'day_of_files', (text) => `${text}\nfilter: "page = 'no such page'"\n`);
    const before = await totals('day_of_files');
    const refused = await hourmill(['run', '-p', empty, '--hour', '2015-09-12T12'], { env: druidEnv });
    expect(refused.stderr).toContain('HM_GUARD_001');
    expect(refused.status).toBe(7);
    expect(await totals('day_of_files')).toEqual(before);
    const allowed = await json([
      'run',
      '-p',
      empty,
      '--hour',
      '2015-09-12T12',
      '--allow-empty',
      '--reason',
      'no such page',
    ]);
    expect(allowed).toMatchObject({ state: 'done', druid: { rows: 0 } });
    const [after] = await totals('day_of_files');
    expect(after?.events).toBe((before[0]?.events ?? 0) - (built.hours[12]?.counts.kept ?? 0));
  });
});

/** The keys of an S3 source or store for a bucket of the test server. */
function connectionYaml(bucket: TestBucket, separator = ', '): string {
  const keys = {
    bucket: bucket.name,
    endpoint: bucket.endpoint,
    region: bucket.region,
    pathStyle: true,
    accessKeyId: bucket.accessKey,
    secretAccessKey: `'\${env:TEST_S3_SECRET}'`,
  };
  return Object.entries(keys)
    .map(([key, value]) => `${key}: ${key === 'endpoint' ? JSON.stringify(value) : value}`)
    .join(separator);
}

describe('pipelines/impressions.yaml', () => {
  test('builds an hour from S3 into S3 and Druid: duplicates, filter, nested fields, lists, every metric', async () => {
    await using bucket = await testBucket();
    const event = (id: number, more: object = {}) =>
      JSON.stringify({
        event_id: `e${id}`,
        timestamp: `2026-11-22T10:0${id % 10}:30.5Z`,
        type: 'impression',
        publisher_id: `p-${id % 3}`,
        status: 200,
        tags: ['b', 'a', 'b'],
        geo: { city: 'Lyon', lat: 45.5 },
        device: { 'os.name': 'android' },
        win_price: 0.1,
        bytes: 9_007_199_254_740_993n.toString(),
        latency_ms: id,
        ...more,
      });
    const first = Array.from({ length: 30 }, (_, id) => event(id));
    const second = [
      event(3),
      event(4),
      event(40, { type: 'click' }),
      event(41, { publisher_id: 'test-1' }),
      event(42, { timestamp: '2026-11-22T11:00:00Z' }),
    ];
    await bucket.put('raw/2026/11/22/10/a.json.gz', gzipSync(first.join('\n')));
    await bucket.put('raw/2026/11/22/11/late.json', Buffer.from(second.join('\r\n')));
    const env = {
      ...druidEnv,
      IMPRESSIONS_BUCKET: bucket.name,
      S3_ENDPOINT: bucket.endpoint,
      AWS_REGION: bucket.region,
      AWS_ACCESS_KEY_ID: bucket.accessKey,
      AWS_SECRET_ACCESS_KEY: bucket.secretKey,
    };
    const report = await json(['run', '-p', IMPRESSIONS, '--hour', '2026-11-22T10'], env);
    expect(report.counts).toEqual({ read: 35, kept: 30, duplicate: 2, filtered: 2, stray: 1, rejected: 0 });
    const served = await sql<Record<string, unknown>>(
      `SELECT MV_TO_STRING(tags, '+') AS tags, city, os, SUM(events) AS events, CAST(SUM("bytes") AS VARCHAR) AS bytes,
        MIN(best_latency) AS best, MAX(worst_latency) AS worst, SUM(revenue) AS revenue, COUNT(DISTINCT publisher_id) AS publishers
       FROM impressions GROUP BY 1, 2, 3`,
    );
    expect(served).toHaveLength(1);
    expect(served[0]).toEqual({
      revenue: expect.closeTo(3, 9),
      events: 30,
      bytes: (9_007_199_254_740_993n * 30n).toString(),
      best: 0,
      worst: 29,
      publishers: 3,
      tags: 'a+b',
      city: 'Lyon',
      os: 'android',
    });
    const { status, stdout } = await hourmill(['doctor', '-p', IMPRESSIONS], { env });
    expect(stdout).not.toContain('FAIL store');
    expect(stdout).toMatch(/ok {3}druid: Druid 33\.0\.0/);
    expect(status).toBe(0);
  });
});

describe('servers in trouble', () => {
  test('an S3 bucket that does not exist is exit 5 and names it', async () => {
    const s3 = inject('s3');
    const env = {
      ...druidEnv,
      IMPRESSIONS_BUCKET: 'no-such-bucket',
      S3_ENDPOINT: s3.endpoint,
      AWS_ACCESS_KEY_ID: s3.accessKey,
      AWS_SECRET_ACCESS_KEY: s3.secretKey,
    };
    using place = new Workplace();
    const args = ['run', '-p', IMPRESSIONS, '--hour', '2026-11-22T10', '--store', `file:${place.folder}`];
    const { status, stderr } = await hourmill(args, { env });
    expect(stderr).toMatch(/HM_INPUT_001.*no-such-bucket/s);
    expect(status).toBe(5);
  });

  test('a Druid that dies after the plan leaves a manifest, from which the next run continues', async () => {
    using place = new Workplace();
    const pipeline = variant(place, 'druid_dies');
    mkdirSync(join(place.folder, 'warehouse'), { recursive: true });
    const stopped = await hourmill(['run', '-p', pipeline, '--hour', HOUR, '--no-index', '--json'], { env: druidEnv });
    const { runId } = JSON.parse(stopped.stdout);
    const down = { DRUID_COORDINATOR: 'http://127.0.0.1:9', DRUID_BROKER: 'http://127.0.0.1:9' };
    expect(await hourmill(['run', '-p', pipeline, '--hour', HOUR], { env: down })).toMatchObject({ status: 75 });
    const report = await json(['run', '-p', pipeline, '--hour', HOUR]);
    expect(report.state).toBe('done');
    expect(report.parts[0]?.path).toContain(runId);
  });
});
