import { expect, test } from 'vitest';
import { definition, event, hourmill, Workplace } from './hourmill.ts';

const LATE = 'schedule: { lateness: P1D }\n';
const RANGE = ['--from', '2026-11-22T10', '--to', '2026-11-22T13'];
const at = (time: string) => event({ t: `2026-11-22T${time}:00Z` });

function workplace(place: Workplace, more = LATE): string {
  place.file('10-a.json', [at('10:01'), at('10:02')].join('\n'));
  place.file('11-a.json', [at('11:01'), at('10:03')].join('\n'));
  place.file('12-a.json', at('12:01'));
  return place.file('p.yaml', definition(['{HH}-*.json'], more));
}

interface Hours {
  readonly hours: readonly Record<string, unknown>[];
}

test('late lists what waits for an hour; backfill --only-late merges it, and nothing waits any more', async () => {
  using place = new Workplace();
  const pipeline = workplace(place);
  const command = (...args: string[]) => hourmill([args[0] ?? '', '-p', pipeline, ...RANGE, ...args.slice(1)]);
  const json = async (...args: string[]): Promise<Hours> => JSON.parse((await command(...args, '--json')).stdout);
  await command('backfill');
  place.file('12-b.json', at('12:02'));
  expect(await json('late')).toMatchObject({
    hours: [
      { hour: '2026-11-22T10:00:00.000Z', rows: 1, newObjects: 0, action: 'merge' },
      { hour: '2026-11-22T12:00:00.000Z', rows: 0, newObjects: 1, action: 'merge' },
    ],
  });
  const shown = await command('late');
  expect(shown.stdout).toMatch(/^2026-11-22T10:00 +1 +1 +0 +0 +merge/m);
  const { hours } = await json('backfill', '--only-late');
  expect(hours).toMatchObject([
    { need: { kind: 'late', reason: '1 late row(s), to be merged' }, outcome: 'built', counts: { kept: 3 } },
    { need: { kind: 'late', reason: '1 new object(s), to be merged' }, outcome: 'built', counts: { kept: 2 } },
  ]);
  expect(await command('late')).toMatchObject({ status: 0, stdout: 'nothing waits\n' });
  expect(await json('backfill')).toMatchObject({ untouched: 3, hours: [] });
});

test('an object that changed is said to mean a rebuild, and backfill without a filter does it', async () => {
  using place = new Workplace();
  const pipeline = workplace(place);
  await hourmill(['backfill', '-p', pipeline, ...RANGE]);
  place.file('11-a.json', [at('11:01'), at('11:02'), at('11:03')].join('\n'));
  const late = await hourmill(['late', '-p', pipeline, ...RANGE]);
  expect(late.stdout).toMatch(/^2026-11-22T11:00 .* rebuild +file:.*11-a\.json changed/m);
  const done: Hours = JSON.parse((await hourmill(['backfill', '-p', pipeline, ...RANGE, '--json'])).stdout);
  const rebuilt = done.hours.find(({ hour }) => hour === '2026-11-22T11:00:00.000Z');
  expect(rebuilt).toMatchObject({ outcome: 'built', need: { kind: 'late' }, counts: { kept: 3 } });
});

test('an hour that is merged changes the keys of those that look back on it: they are built again in the same call', async () => {
  using place = new Workplace();
  const lookback = `${LATE}deduplicate: { key: [id], lookback: PT1H, missing: gap }\n`;
  const row = (id: string, time: string) => event({ id, t: `2026-11-22T${time}:00Z` });
  place.file('09-a.json', row('z', '09:01'));
  place.file('10-a.json', row('a', '10:01'));
  place.file('11-a.json', [row('b', '11:01'), row('a', '11:02')].join('\n'));
  const pipeline = place.file('p.yaml', definition(['{HH}-*.json'], lookback));
  const range = ['-p', pipeline, '--from', '2026-11-22T09', '--to', '2026-11-22T12', '--json'];
  const first: Hours = JSON.parse((await hourmill(['backfill', ...range, '--parallel', '3'])).stdout);
  expect(first.hours).toMatchObject([
    { counts: { kept: 1 } },
    { counts: { kept: 1 } },
    { counts: { kept: 1, duplicate: 1 } },
  ]);
  place.file('10-b.json', row('b', '10:05'));
  const second: Hours = JSON.parse((await hourmill(['backfill', ...range, '--parallel', '3'])).stdout);
  expect(second.hours).toMatchObject([
    { hour: '2026-11-22T10:00:00.000Z', need: { kind: 'late' }, counts: { kept: 2 } },
    { hour: '2026-11-22T11:00:00.000Z', need: { kind: 'outdated' }, counts: { kept: 0, duplicate: 2 } },
  ]);
});
