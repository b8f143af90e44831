import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type DruidAddress, type StackStatus, stackDown, stackStatus, stackUp } from '@hourmill/stack';
import { afterAll, expect, test, vi } from 'vitest';
import { processesOf } from './processes.ts';

const folders: string[] = [];
const patient = { timeout: 60_000, interval: 200 };

/** On the same disk as the sources: temporary folders often lack the extended attributes that the S3 server needs. */
function newFolder(): string {
  const folder = mkdtempSync(join(import.meta.dirname, '../../.hourmill/stack-test-'));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const dataDir of folders) {
    await stackDown({ dataDir });
    rmSync(dataDir, { recursive: true, force: true });
  }
});

async function startOwner(dataDir: string, ...services: string[]): Promise<ChildProcess> {
  const fixture = join(import.meta.dirname, 'fixtures/stack-owner.ts');
  const owner = spawn(process.execPath, [fixture, dataDir, ...services], { stdio: ['ignore', 'pipe', 'inherit'] });
  const left = once(owner, 'exit').then(() => Promise.reject(new Error('the owner left')));
  await Promise.race([once(owner.stdout, 'data'), left]);
  left.catch(() => {});
  return owner;
}

function opens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function portsOf(status: StackStatus): number[] {
  return Object.values(status.services).flatMap((service) => Object.values(service.ports));
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return await response.json();
}

async function sql(druid: DruidAddress, query: string): Promise<unknown> {
  return await post(`${druid.broker}/druid/v2/sql`, { query });
}

/** A data source with the JSON lines of an S3 object. */
async function ingest(
  druid: DruidAddress,
  dataSource: string,
  object: { bucket: string; path: string },
): Promise<void> {
  const inputSource = { type: 's3', objects: [object] };
  const answer = await post(`${druid.overlord}/druid/indexer/v1/task`, {
    type: 'index_parallel',
    id: dataSource,
    spec: {
      dataSchema: {
        dataSource,
        timestampSpec: { column: 't', format: 'iso' },
        dimensionsSpec: { dimensions: ['who'] },
        granularitySpec: { segmentGranularity: 'HOUR', rollup: false, intervals: ['2026-01-01/P1D'] },
      },
      ioConfig: { type: 'index_parallel', inputSource, inputFormat: { type: 'json' } },
      tuningConfig: { type: 'index_parallel', partitionsSpec: { type: 'dynamic' } },
    },
  });
  expect(answer).toEqual({ task: dataSource });
  await vi.waitFor(async () => {
    const response = await fetch(`${druid.overlord}/druid/indexer/v1/task/${dataSource}/status`);
    expect(await response.json()).toMatchObject({ status: { statusCode: 'SUCCESS' } });
  }, patient);
}

test('Druid and S3 through their life: killed with their owner, up again elsewhere with their data, down', async () => {
  const dataDir = newFolder();
  const owner = await startOwner(dataDir, 'druid', 's3');
  const first = stackStatus({ dataDir });
  const { druid, s3 } = first.services;
  if (!druid || !s3) throw new Error('stack.json lacks a service');
  expect([druid.running, s3.running]).toEqual([true, true]);
  expect(await sql(druid, 'SELECT 1')).toEqual([{ EXPR$0: 1 }]);

  // Druid reads from the S3 server that was started beside it.
  const bucket = join(dataDir, 's3/buckets/raw');
  mkdirSync(bucket);
  writeFileSync(
    join(bucket, 'a=1 +é.json'),
    '{"t":"2026-01-01T10:00:00Z","who":"x"}\n{"t":"2026-01-01T11:30:00Z","who":"y"}\n',
  );
  await ingest(druid, 'kept', { bucket: 'raw', path: 'a=1 +é.json' });
  const query = 'SELECT who, __time FROM kept ORDER BY __time';
  const rows = [
    { who: 'x', __time: '2026-01-01T10:00:00.000Z' },
    { who: 'y', __time: '2026-01-01T11:30:00.000Z' },
  ];
  await vi.waitFor(async () => expect(await sql(druid, query)).toEqual(rows), patient);

  // Nobody else gets the folder.
  const second = stackUp({ services: ['s3'], dataDir });
  await expect(second).rejects.toMatchObject({ code: 'HM_STACK_003', message: expect.stringContaining(dataDir) });

  owner.kill('SIGKILL');
  await vi.waitFor(() => expect(processesOf(dataDir)).toEqual([]), patient);
  expect(stackStatus({ dataDir }).services.druid?.running).toBe(false);

  // The leftover state of the killed owner does not stand in the way; the new ports are others.
  const again = await stackUp({ services: ['druid', 's3'], dataDir, detach: true });
  const ports = portsOf(stackStatus({ dataDir }));
  expect(ports.some((port) => portsOf(first).includes(port))).toBe(false);
  const moved = again.druid;
  if (!moved) throw new Error('no Druid');
  await vi.waitFor(async () => expect(await sql(moved, query)).toEqual(rows), patient);

  expect(await stackDown({ dataDir })).toEqual(['druid', 's3']);
  expect(processesOf(dataDir)).toEqual([]);
  expect(await Promise.all(ports.map(opens))).toEqual(ports.map(() => false));
  expect(stackStatus({ dataDir }).services).toEqual({});
  expect(await stackDown({ dataDir })).toEqual([]);
});

test('all ports listen on 127.0.0.1 alone', async () => {
  const dataDir = newFolder();
  await using stack = await stackUp({ services: ['s3'], dataDir });
  const hexPort = (stack.s3?.ports.s3 ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const listening = ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === '0A' && local?.endsWith(`:${hexPort}`));
  expect(listening.map(([, local]) => local)).toEqual([`0100007F:${hexPort}`]);
});

test('a detached server outlives the process that started it, until stack down', async () => {
  const dataDir = newFolder();
  const script = `import { stackUp } from '@hourmill/stack'; await stackUp({ services: ['s3'], dataDir: process.argv[1], detach: true });`;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', script, dataDir], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  expect(await once(starter, 'exit')).toEqual([0, null]);
  const { s3 } = stackStatus({ dataDir }).services;
  expect(s3?.running).toBe(true);
  expect(await opens(s3?.ports.s3 ?? 0)).toBe(true);
  expect(await stackDown({ dataDir })).toEqual(['s3']);
  expect(processesOf(dataDir)).toEqual([]);
});

test('stack down ends the servers of a stack up that still runs, which then ends too', async () => {
  const dataDir = newFolder();
  const owner = await startOwner(dataDir, 's3');
  const left = once(owner, 'exit');
  expect(await stackDown({ dataDir })).toEqual(['s3']);
  expect(await left).toEqual([0, null]);
  expect(processesOf(dataDir)).toEqual([]);
});

test("a start that fails shows Druid's own last lines, and stops the S3 server that did start", async () => {
  const dataDir = newFolder();
  const druidProperties = { 'druid.processing.buffer.sizeBytes': 'plenty' };
  const failure = await stackUp({ services: ['druid', 's3'], dataDir, druidProperties }).catch((error) => error);
  expect(failure).toMatchObject({ code: 'HM_STACK_002', message: expect.stringContaining('plenty') });
  expect(failure.message).toContain(join(dataDir, 'druid/druid.log'));
  expect(processesOf(dataDir)).toEqual([]);
  expect(stackStatus({ dataDir }).services).toEqual({});
});

test('a given port that is taken is refused by name, before anything starts', async () => {
  const dataDir = newFolder();
  await using stack = await stackUp({ services: ['s3'], dataDir });
  const port = stack.s3?.ports.s3 ?? 0;
  const other = stackUp({ services: ['druid', 's3'], dataDir: newFolder(), ports: { 'druid.broker': port } });
  await expect(other).rejects.toMatchObject({ code: 'HM_STACK_003', message: expect.stringContaining('druid.broker') });
});
