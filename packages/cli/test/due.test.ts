import { expect, test } from 'vitest';
import { definition, event, hourmill, Workplace } from './hourmill.ts';

const HOURS = 6;
/** The last whole hours before now. */
const ENDS_MS = Math.floor(Date.now() / 3600_000) * 3600_000;
const starts = Array.from({ length: HOURS }, (_, index) =>
  new Date(ENDS_MS - (HOURS - index) * 3600_000).toISOString(),
);

interface Done {
  readonly untouched: number;
  readonly hours: readonly {
    readonly hour: string;
    readonly outcome: string;
    readonly need: object;
    readonly ownedBy?: object;
  }[];
}

test('two schedulers that fire at once build each hour once; both end with 0, and a third one has nothing to do', async () => {
  using place = new Workplace();
  place.file('in.json', starts.flatMap((t) => [event({ t }), event({ t, page: 'b' })]).join('\n'));
  const pipeline = place.file('p.yaml', definition(['in.json']));
  const due = ['run', '-p', pipeline, '--due', '--horizon', `PT${HOURS}H`];
  const ended = await Promise.all([1, 2].map(() => hourmill([...due, '--json'])));
  expect(ended.map(({ status, stderr }) => [status, stderr.match(/HM_\w+/g)])).toEqual([
    [0, null],
    [0, null],
  ]);
  const outcomes = ended.flatMap(({ stdout }) => (JSON.parse(stdout) as Done).hours);
  const built = outcomes.filter(({ outcome }) => outcome === 'built');
  expect(built.map(({ hour }) => hour).sort()).toEqual(starts);
  for (const { outcome, ownedBy, need } of outcomes) {
    expect(['built', 'unchanged', 'owned']).toContain(outcome);
    if (outcome === 'owned') expect(ownedBy).toMatchObject({ runId: expect.any(String), owner: expect.any(String) });
    else expect(need).toEqual({ kind: 'missing', reason: 'the hour was never built' });
  }
  const third = await hourmill(due);
  expect(third).toMatchObject({ status: 0, stdout: 'no hour to build; 6 other hour(s) left alone\n' });
  const { hours } = JSON.parse((await hourmill(['status', '-p', pipeline, '--json'])).stdout);
  const counts = hours
    .filter(({ state }: { state: string }) => state === 'rolled-up')
    .map(({ kept }: { kept: number }) => kept);
  expect(counts).toEqual(starts.map(() => 2));
});

test('backfill says of each hour why it was run; an hour that fails is exit 3 with a list, and is what the next one does', async () => {
  using place = new Workplace();
  const file = (hour: string): string => `${hour.slice(0, 13)}.json`;
  for (const t of starts.slice(0, -1)) place.file(file(t), event({ t }));
  const pipeline = place.file('p.yaml', definition(['{yyyy}-{MM}-{dd}T{HH}.json']));
  const range = ['-p', pipeline, '--from', starts[0] ?? '', '--to', new Date(ENDS_MS).toISOString()];
  const first = await hourmill(['backfill', ...range, '--parallel', '2', '--json']);
  expect(first.status).toBe(3);
  expect(first.stderr).toContain(`1 of ${HOURS} hours failed: ${starts.at(-1)} HM_INPUT_001`);
  const done: Done = JSON.parse(first.stdout);
  expect(done.hours.map(({ hour, outcome }) => [hour, outcome])).toEqual(
    starts.map((hour, index) => [hour, index === HOURS - 1 ? 'failed' : 'built']),
  );
  place.file(file(starts.at(-1) ?? ''), event({ t: starts.at(-1) }));
  const second: Done = JSON.parse((await hourmill(['backfill', ...range, '--json'])).stdout);
  expect(second).toMatchObject({
    untouched: HOURS - 1,
    hours: [{ hour: starts.at(-1), outcome: 'built', need: { kind: 'missing' } }],
  });
  place.file('p.yaml', definition(['{yyyy}-{MM}-{dd}T{HH}.json']).replace('[page]', '[page, id]'));
  const third = await hourmill(['backfill', ...range, '--outdated']);
  expect(third.stdout.match(/outdated: the definition changed/g)).toHaveLength(HOURS);
});
