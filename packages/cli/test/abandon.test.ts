import type { ChildProcess } from 'node:child_process';
import { expect, test } from 'vitest';
import { definition, event, HOUR, hourmill, Workplace } from './hourmill.ts';

test('an hour whose run was killed is abandoned with --force, and can be built at once', async () => {
  using place = new Workplace();
  place.file('in.json', `${event()}\n`.repeat(300_000));
  const pipeline = place.file('p.yaml', definition(['in.json']));
  const hour = ['-p', pipeline, '--hour', HOUR];
  const onStderr = (text: string, child: ChildProcess): void => {
    if (text.includes('scan')) child.kill('SIGKILL');
  };
  await hourmill(['run', ...hour], { onStderr });
  const refused = await hourmill(['abandon', ...hour, '--reason', 'its machine is gone']);
  expect(refused.stderr).toMatch(/HM_LEDGER_001: run .* owns .* until .*--force/);
  expect(refused.status).toBe(4);
  const forced = await hourmill(['abandon', ...hour, '--force', '--reason', 'its machine is gone', '--json']);
  expect(forced.status).toBe(0);
  expect(JSON.parse(forced.stdout)).toMatchObject({
    hour: '2026-11-22T10:00:00.000Z',
    state: 'planned',
    retiredTask: null,
  });
  const { history } = JSON.parse((await hourmill(['inspect', ...hour, '--json'])).stdout);
  expect(history.at(-1)).toMatchObject({
    state: 'abandoned',
    reason: expect.stringMatching(/^its machine is gone \(.+@.+\)$/),
  });
  expect((await hourmill(['run', ...hour])).status).toBe(0);
  const closed = await hourmill(['abandon', ...hour, '--reason', 'again']);
  expect(closed.stderr).toContain('is rolled-up: there is no run to abandon');
}, 60_000);

test('an hour without an open run is not abandoned', async () => {
  using place = new Workplace();
  const pipeline = place.file('p.yaml', definition(['in.json']));
  const { status, stderr } = await hourmill(['abandon', '-p', pipeline, '--hour', HOUR, '--reason', 'why not']);
  expect(stderr).toContain('was never built: there is no run to abandon');
  expect(status).toBe(1);
});
