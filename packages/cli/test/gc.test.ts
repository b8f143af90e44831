import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definition, event, HOUR, hourmill, Workplace } from './hourmill.ts';

/** All files of the store but the ledger's. */
function filesOf(place: Workplace): string[] {
  const files = readdirSync(join(place.folder, 'warehouse'), { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  return paths.filter((path) => !path.includes('/ledger/')).sort();
}

test('gc shows what a killed run has left, and removes it with --delete; the hour that was done before stays', async () => {
  using place = new Workplace();
  place.file('in.json', event());
  const pipeline = place.file('p.yaml', definition(['in.json']));
  const gc = (...more: string[]) => hourmill(['gc', '-p', pipeline, ...more]);
  await hourmill(['run', '-p', pipeline, '--hour', HOUR]);
  const done = filesOf(place);
  expect((await gc('--grace', 'PT0S')).stdout).toContain('nothing to remove');

  place.file('in.json', `${event()}\n`.repeat(300_000));
  place.file('warehouse/.hourmill-tmp-1', 'half a file');
  const onStderr = (text: string, child: ChildProcess): void => {
    if (text.includes('publish')) child.kill('SIGKILL');
  };
  await hourmill(['run', '-p', pipeline, '--hour', HOUR, '--lease', 'PT1S'], { onStderr });
  expect(filesOf(place).length).toBeGreaterThan(done.length + 1);
  await new Promise((resolve) => setTimeout(resolve, 1100));

  expect((await gc()).stdout).toContain('nothing to remove');
  const shown = await gc('--grace', 'PT0S');
  expect(shown.stdout).toMatch(/would remove \d+ file\(s\) of [\d,]+ bytes; --delete removes them/);
  expect(filesOf(place).length).toBeGreaterThan(done.length + 1);
  const removed = await gc('--grace', 'PT0S', '--delete', '--json');
  expect(removed.status).toBe(0);
  const report = JSON.parse(removed.stdout);
  expect(report).toMatchObject({ version: 1, deleted: true, spared: [] });
  const kinds = report.garbage.map(({ kind }: { kind: string }) => kind);
  expect([...new Set(kinds)]).toEqual(['run', 'temporary']);
  expect(filesOf(place)).toEqual(done);
  expect((await hourmill(['run', '-p', pipeline, '--hour', HOUR])).status).toBe(0);
}, 60_000);

test('gc takes a duration, and no other', async () => {
  using place = new Workplace();
  const pipeline = place.file('p.yaml', definition(['in.json']));
  const { status, stderr } = await hourmill(['gc', '-p', pipeline, '--grace', 'soon']);
  expect(stderr).toContain('--grace takes a duration');
  expect(status).toBe(2);
});
