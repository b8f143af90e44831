import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { definition, event, HOUR, hourmill, Workplace } from './hourmill.ts';

test('a guard is overridden with a reason, and who did it stands in report, inspect and status', async () => {
  using place = new Workplace();
  place.file('in.json', `${event()}\nno json\n`);
  const strict = definition(['in.json']).replace('maxRejectedRatio: 1', 'maxRejectedRatio: 0');
  const pipeline = place.file('p.yaml', strict);
  const hour = ['-p', pipeline, '--hour', HOUR];
  const refused = await hourmill(['run', ...hour]);
  expect(refused.stderr).toContain('HM_GUARD_003');
  expect(refused.status).toBe(7);
  const allowed = await hourmill(['run', ...hour, '--json', '--allow-rejects', '--reason', 'a known bad producer']);
  expect(allowed.status).toBe(0);
  const { username } = userInfo();
  const by = expect.stringContaining(`${username}@`);
  expect(JSON.parse(allowed.stdout)).toMatchObject({
    overrides: ['--allow-rejects'],
    overriddenBy: by,
    overrideReason: 'a known bad producer',
  });
  const { history } = JSON.parse((await hourmill(['inspect', ...hour, '--json'])).stdout);
  expect(history.map(({ state, error }: { state: string; error?: { code: string } }) => [state, error?.code])).toEqual([
    ['planned', undefined],
    ['failed', 'HM_GUARD_003'],
    ['planned', undefined],
    ['rolled-up', undefined],
    ['rolled-up', undefined],
  ]);
  expect(history.at(-1).overrides).toEqual({ flags: ['--allow-rejects'], reason: 'a known bad producer', by });
  const status = await hourmill(['status', '-p', pipeline, '--from', HOUR, '--to', '2026-11-22T11']);
  expect(status.stdout).toContain(`overridden with --allow-rejects by ${username}@`);
  expect(status.stdout).toContain(': a known bad producer');
});
