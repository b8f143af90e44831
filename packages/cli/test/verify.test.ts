import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definition, event, hourmill, Workplace } from './hourmill.ts';

const RANGE = ['--from', '2026-11-22T10', '--to', '2026-11-22T13'];

test('verify prints a line for each hour that holds, one more for each break, and ends with 6 when there is one', async () => {
  using place = new Workplace();
  for (const hour of ['10', '11', '12']) place.file(`${hour}.json`, event({ t: `2026-11-22T${hour}:01:00Z` }));
  const pipeline = place.file('p.yaml', definition(['{HH}.json']));
  await hourmill(['backfill', '-p', pipeline, ...RANGE]);
  const verify = (...more: string[]) => hourmill(['verify', '-p', pipeline, ...RANGE, ...more]);
  const clean = await verify();
  expect(clean.status).toBe(0);
  expect(clean.stdout.trim().split('\n')).toHaveLength(3);
  expect(clean.stdout).toMatch(/^2026-11-22T10:00 {2}ok {5}rolled-up: read 1, kept 1, 1 file\(s\) compared$/m);

  const [part = ''] = globSync(join(place.folder, 'warehouse/clicks/hours/2026/11/22/11/*/part-00000.parquet'));
  writeFileSync(part, 'no part');
  const broken = await verify();
  expect(broken.status).toBe(6);
  expect(broken.stderr).toContain('HM_RUN_007: 1 break(s) in 1 of 3 hour(s): 2026-11-22T11:00:00.000Z');
  expect(broken.stdout.trim().split('\n')).toHaveLength(4);
  expect(broken.stdout).toMatch(
    /^2026-11-22T11:00 {2}BREAK .*\n2026-11-22T11:00 {4}file: .*part-00000.parquet has 7 bytes instead/m,
  );
  const { breaks, hours } = JSON.parse((await verify('--json')).stdout);
  expect(breaks).toBe(1);
  expect(hours.map((hour: { breaks: readonly { kind: string }[] }) => hour.breaks.map(({ kind }) => kind))).toEqual([
    [],
    ['file'],
    [],
  ]);
});
