import type { ChildProcess } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definition, event, HOUR, hourmill, Workplace } from './hourmill.ts';

/** A second is a promise of a machine that is not overloaded: when others work on it as well, a test may try again. */
const OVERLOADED = { retry: 2 };

/** Runs until `isTime` of a progress line, sends the signal, and says how the command ended and how long that took. */
async function interrupted(
  pipeline: string,
  signal: NodeJS.Signals,
  workers: number,
  isTime: (line: Record<string, number>) => boolean,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  let sentMs = 0;
  let pid = 0;
  const onStderr = (text: string, child: ChildProcess): void => {
    const lines = text.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    if (sentMs > 0 || !lines.some((line) => isTime(JSON.parse(line)))) return;
    pid = child.pid ?? 0;
    child.kill(signal);
    sentMs = performance.now();
  };
  const args = ['run', '-p', pipeline, '--hour', HOUR, '--progress', 'json', '--workers', String(workers), ...more];
  const { status, stderr } = await hourmill(args, { onStderr, env });
  return { status, stderr, pid, tookMs: performance.now() - sentMs };
}

function expectNothingLeft(place: Workplace, pid: number): void {
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  const files = readdirSync(join(place.folder, 'warehouse'), { recursive: true, withFileTypes: true });
  const names = files.filter((file) => file.isFile()).map(({ name }) => name);
  expect(names.filter((name) => !name.endsWith('.json'))).toEqual([]);
}

test.each([
  ['SIGINT', 130, 1],
  ['SIGTERM', 143, 3],
] as const)(
  '%s while it scans ends a run within a second with exit %i, %i worker(s)',
  OVERLOADED,
  async (signal, code, workers) => {
    using place = new Workplace();
    const block = place.file('in-0.json', `${event()}\n`.repeat(400_000));
    // As much input as one wants for the price of one file.
    for (let index = 1; index < 30; index++) linkSync(block, join(place.folder, `in-${index}.json`));
    const pipeline = place.file('p.yaml', definition(['in-*.json']));
    const { status, stderr, pid, tookMs } = await interrupted(
      pipeline,
      signal,
      workers,
      ({ events = 0 }) => events > 0,
    );
    expect(stderr).toContain(`HM_RUN_002: stopped by ${signal}`);
    expect(status).toBe(code);
    expect(tookMs).toBeLessThan(1000);
    expectNothingLeft(place, pid);
    const inspected = JSON.parse((await hourmill(['inspect', '-p', pipeline, '--hour', HOUR, '--json'])).stdout);
    expect(inspected.history.map(({ state }: { state: string }) => state)).toEqual(['planned', 'failed']);
    expect(inspected.history.at(-1)).toMatchObject({ error: { code: 'HM_RUN_002' } });
  },
);

test('SIGTERM while it merges ends a run within a second', OVERLOADED, async () => {
  using place = new Workplace();
  const lines = Array.from({ length: 500_000 }, (_, index) => event({ page: `page ${index}` }));
  place.file('in.json', lines.join('\n'));
  const pipeline = place.file('p.yaml', definition(['in.json']));
  const isScanned = ({ splitsDone, splits }: Record<string, number>): boolean =>
    splits !== undefined && splitsDone === splits;
  const { status, pid, tookMs } = await interrupted(pipeline, 'SIGTERM', 2, isScanned);
  expect(status).toBe(143);
  expect(tookMs).toBeLessThan(1000);
  expectNothingLeft(place, pid);
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  '%s while it spills leaves no temporary file',
  OVERLOADED,
  async (signal) => {
    using place = new Workplace();
    const lines = Array.from({ length: 400_000 }, (_, index) => event({ id: `event ${index}`, page: `page ${index}` }));
    place.file('in.json', lines.join('\n'));
    const pipeline = place.file('p.yaml', definition(['in.json'], 'deduplicate: { key: [id], keep: first }'));
    const temporary = join(place.folder, 'temporary');
    mkdirSync(temporary);
    const isSpilling = ({ spilledBytes = 0 }: Record<string, number>): boolean => spilledBytes > 0;
    const memory = ['--memory', '150MiB'];
    const { status, pid, tookMs } = await interrupted(pipeline, signal, 1, isSpilling, memory, { TMPDIR: temporary });
    expect(status).toBe(signal === 'SIGTERM' ? 143 : null);
    expect(tookMs).toBeLessThan(1000);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(readdirSync(temporary).filter((name) => name !== 'node-compile-cache')).toEqual([]);
  },
);
