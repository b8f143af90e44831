import type { ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definition, event, HOUR, hourmill, Workplace } from './hourmill.ts';

const events = [event(), event({ n: 2 }), event({ page: 'b' }), event({ t: '2026-11-22T11:00:00Z' })].join('\n');

function workplace(): { place: Workplace; pipeline: string } {
  const place = new Workplace();
  place.file('in.json', events);
  return { place, pipeline: place.file('p.yaml', definition(['in.json'])) };
}

test('run, run again and --force: built, left alone, built again to the same bytes', async () => {
  const { place, pipeline } = workplace();
  using _ = place;
  const first = JSON.parse((await hourmill(['run', '-p', pipeline, '--hour', HOUR, '--json'])).stdout);
  expect(first).toMatchObject({
    version: 1,
    pipeline: 'clicks',
    hour: '2026-11-22T10:00:00.000Z',
    state: 'rolled-up',
    counts: { read: 4, kept: 3, duplicate: 0, filtered: 0, stray: 1, rejected: 0 },
    strays: { '2026-11-22T11:00:00.000Z': 1 },
    groups: 2,
  });
  expect(existsSync(join(place.folder, 'warehouse', first.parts[0].path))).toBe(true);
  const again = await hourmill(['run', '-p', pipeline, '--hour', HOUR]);
  expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing to do') });
  const forced = JSON.parse((await hourmill(['run', '-p', pipeline, '--hour', HOUR, '--json', '--force'])).stdout);
  expect(forced.unchanged).toBe(false);
  expect(forced.parts[0].sha256).toBe(first.parts[0].sha256);
});

test('plan says what would be read and written, and touches nothing', async () => {
  const { place, pipeline } = workplace();
  using _ = place;
  const { status, stdout } = await hourmill(['plan', '-p', pipeline, '--hour', HOUR]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/would build: the hour was never built/);
  expect(stdout).toContain('in.json');
  expect(existsSync(join(place.folder, 'warehouse'))).toBe(false);
});

test('a committed hour needs its input no longer: plan says so, and run leaves it alone', async () => {
  const { place, pipeline } = workplace();
  using _ = place;
  await hourmill(['run', '-p', pipeline, '--hour', HOUR]);
  rmSync(join(place.folder, 'in.json'));
  for (const command of ['plan', 'run']) {
    const { status, stdout } = await hourmill([command, '-p', pipeline, '--hour', HOUR]);
    expect(stdout).toMatch(/nothing/);
    expect(status).toBe(0);
  }
});

test('backfill builds every hour of a range, status lists them, an hour without input fails alone with exit 3', async () => {
  using place = new Workplace();
  place.file('2026-11-22-10.json', events);
  const pipeline = place.file('p.yaml', definition(['{yyyy}-{MM}-{dd}-{HH}.json']));
  const range = ['-p', pipeline, '--from', '2026-11-22T10', '--to', '2026-11-22T12'];
  const backfill = await hourmill(['backfill', ...range, '--json']);
  expect(backfill.status).toBe(3);
  expect(JSON.parse(backfill.stdout).hours).toMatchObject([
    { state: 'rolled-up' },
    { hour: '2026-11-22T11:00:00.000Z', error: { code: 'HM_INPUT_001' } },
  ]);
  const status = JSON.parse((await hourmill(['status', ...range, '--json'])).stdout);
  expect(status.hours.map(({ state }: { state: string }) => state)).toEqual(['rolled-up', 'missing']);
});

test('an hour whose run was killed is listed as died, and chosen by --only-failed once its lease has run out', async () => {
  using place = new Workplace();
  place.file('in.json', `${event()}\n`.repeat(300_000));
  const pipeline = place.file('p.yaml', definition(['in.json']));
  const range = ['-p', pipeline, '--from', '2026-11-22T10', '--to', '2026-11-22T11'];
  const onStderr = (text: string, child: ChildProcess): void => {
    if (text.includes('scan')) child.kill('SIGKILL');
  };
  expect((await hourmill(['run', '-p', pipeline, '--hour', HOUR, '--lease', 'PT2S'], { onStderr })).status).toBeNull();
  expect((await hourmill(['run', '-p', pipeline, '--hour', HOUR])).status).toBe(4);
  await expect
    .poll(async () => (await hourmill(['status', ...range])).stdout, { timeout: 20_000 })
    .toContain('planned (died)');
  const { status, stdout } = await hourmill(['backfill', ...range, '--only-failed', '--json']);
  expect(status).toBe(0);
  expect(JSON.parse(stdout).hours).toMatchObject([{ state: 'rolled-up', counts: { kept: 300_000 } }]);
  expect((await hourmill(['backfill', ...range, '--only-failed'])).stdout).toContain('no hour to build');
}, 60_000);

test.each(['2026-11-23', '2026-11-23T00', '2026-11-23T00:00:00Z'])(
  'status --to %s lists the day before it, with numbers',
  async (to) => {
    const { place, pipeline } = workplace();
    using _ = place;
    await hourmill(['run', '-p', pipeline, '--hour', HOUR]);
    const { status, stdout } = await hourmill(['status', '-p', pipeline, '--to', to]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^2026-11-22T10:00 +rolled-up +3 +2 /m);
    expect(stdout.trim().split('\n')).toHaveLength(26);
  },
);

test('inspect shows ledger, manifest and rejects', async () => {
  const { place, pipeline } = workplace();
  using _ = place;
  await hourmill(['run', '-p', pipeline, '--hour', HOUR]);
  const { status, stdout } = await hourmill(['inspect', '-p', pipeline, '--hour', HOUR]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/planned[\s\S]*rolled-up[\s\S]*kept 3[\s\S]*part-00000\.parquet/);
});

/** A definition that can be loaded, from the folder that tests run in. */
const PIPELINE = 'pipelines/wikiticker.yaml';

test.each([
  [['run', '-p', 'x.yaml'], 'either --hour or --due'],
  [['run'], '--pipeline'],
  [['run', '-p', PIPELINE, '--hour', HOUR, '--horizon', 'P2D'], '--horizon goes with --due'],
  [['abandon', '-p', PIPELINE, '--hour', HOUR], 'abandon needs --reason'],
  [['late', '-p', PIPELINE, '--from', HOUR], 'both --from and --to'],
  [['backfill', '-p', PIPELINE, '--from', HOUR, '--to', HOUR, '--missing', '--only-late'], 'cannot be used with'],
  [['backfill', '-p', PIPELINE, '--from', HOUR, '--to', HOUR, '--outdated', '--force'], 'cannot be used with'],
  [['nonsense'], 'unknown command'],
  [['plan', '-p', 'pipelines/wikiticker.yaml', '--hour', '2015-09-12'], 'is a whole day'],
  [['inspect', '-p', 'pipelines/wikiticker.yaml', '--hour', HOUR, '--rejects', 'x'], '--rejects takes a whole number'],
  [['run', '-p', 'x.yaml', '--hour', HOUR, '--nonsense'], '--nonsense'],
  [['run', '-p', PIPELINE, '--hour', HOUR, '--allow-empty'], '--allow-empty needs --reason'],
  [['run', '-p', PIPELINE, '--hour', HOUR, '--allow-shrink'], '--allow-shrink needs --reason'],
  [['run', '-p', PIPELINE, '--hour', HOUR, '--allow-rejects', '--reason', ' '], '--allow-rejects needs --reason'],
  [['run', '-p', PIPELINE, '--hour', HOUR, '--accept-loss'], '--accept-loss needs --reason'],
])('%j is a usage error with exit 2', async (args, text) => {
  const { status, stderr } = await hourmill(args);
  expect(stderr).toContain(text);
  expect(status).toBe(2);
});

test('an hour that is not over yet is exit 75', async () => {
  const { place, pipeline } = workplace();
  using _ = place;
  const next = new Date(Date.now() + 3600_000).toISOString().slice(0, 13);
  const { status, stderr } = await hourmill(['run', '-p', pipeline, '--hour', next]);
  expect(stderr).toContain('HM_RUN_001');
  expect(status).toBe(75);
});

test('--help names every command and the exit codes', async () => {
  const { status, stdout } = await hourmill(['--help']);
  expect(status).toBe(0);
  for (const word of [
    'plan',
    'run',
    'backfill',
    'status',
    'verify',
    'inspect',
    'late',
    'abandon',
    'gc',
    'doctor',
    'schema',
    'stack',
    'demo',
    'Exit codes',
  ]) {
    expect(stdout).toContain(word);
  }
});

test('schema prints the JSON Schema that the repository holds', async () => {
  const { stdout } = await hourmill(['schema']);
  expect(JSON.parse(stdout)).toMatchObject({ $schema: expect.stringContaining('json-schema.org') });
});
