import { chunkAt, chunksBetween, type HourState, type TimeChunk } from '@hourmill/core';
import { FixedEngine } from '@hourmill/testkit';
import { describe, expect, test } from 'vitest';
import { dueHours, type PipelineContext, type RunWorkOptions, runHour, runWork, throwFailures } from '../src/index.ts';
import { definitionWith, Process, World } from './hour-world.ts';

const FROM = Date.UTC(2026, 10, 22, 4);
const HOURS = chunksBetween(FROM, FROM + 6 * 3600_000, 'hour') as readonly TimeChunk[];

function contextOf(world: World): PipelineContext {
  // Hours of different runs may be indexed at once.
  return { ...world.context(new Process()), indexer: world.druid };
}

/** Works on all hours, and says of each that was touched what it needed and what became of it. */
async function work(
  world: World,
  options: RunWorkOptions = {},
): Promise<readonly (readonly [number, string, string])[]> {
  const { hours } = await runWork(contextOf(world), HOURS, options);
  return hours.map(
    ({ chunk, work: need, outcome }) => [HOURS.indexOf(chunk), need?.kind ?? 'unknown', outcome] as const,
  );
}

/** Leaves an hour in a state, by a run of another process. */
async function leaveIn(world: World, index: number, state: HourState, leaseMs: number | null): Promise<void> {
  const chunk = HOURS[index] as TimeChunk;
  const { ledger } = contextOf(world);
  const entry = {
    pipeline: 'p',
    hour: new Date(chunk.startMs).toISOString(),
    runId: `left-${index}`,
    owner: 'elsewhere:1',
    definitionHash: world.loaded.definitionHash,
    listingHash: '',
    manifest: null,
    druid: null,
    report: null,
    reason: 'a reason',
    error: state === 'failed' ? ({ code: 'HM_DRUID_003', message: 'the task failed' } as const) : null,
  };
  const planned = await ledger.append(chunk, undefined, { ...entry, state: 'planned', leaseMs: leaseMs ?? 1000 });
  if (state !== 'planned') await ledger.append(chunk, planned, { ...entry, state, leaseMs });
}

describe('hours that need a run', () => {
  test('are found with the reason: never built, failed, died, abandoned, of an older definition; others are left alone', async () => {
    const world = new World();
    for (const index of [4, 5]) await runHour(contextOf(world), HOURS[index] as TimeChunk);
    world.loaded = definitionWith('events');
    await runHour(contextOf(world), HOURS[5] as TimeChunk);
    await leaveIn(world, 1, 'failed', null);
    await leaveIn(world, 2, 'planned', 1000);
    await leaveIn(world, 3, 'abandoned', null);
    world.passAnHour();
    const { hours, untouched } = await runWork(contextOf(world), HOURS);
    expect(hours.map(({ work: need }) => [need?.kind, need?.reason])).toEqual([
      ['missing', 'the hour was never built'],
      ['failed', 'the last run failed: HM_DRUID_003: the task failed'],
      ['stopped', 'the last run died while it read'],
      ['failed', 'the last run was abandoned: a reason'],
      ['outdated', 'the definition changed'],
    ]);
    expect(hours.map(({ outcome, report }) => [outcome, report?.state])).toEqual(hours.map(() => ['built', 'done']));
    expect(untouched).toBe(1);
    expect(await work(world)).toEqual([]);
  });

  test.each([
    [['missing'], [0]],
    [
      ['failed', 'stopped'],
      [1, 2],
    ],
    [['outdated'], [4]],
  ] as const)('of the kinds %j alone are run when only they are wanted', async (kinds, indexes) => {
    const world = new World();
    await runHour(contextOf(world), HOURS[3] as TimeChunk);
    world.loaded = definitionWith('events');
    await runHour(contextOf(world), HOURS[3] as TimeChunk);
    world.loaded = definitionWith('count');
    await runHour(contextOf(world), HOURS[4] as TimeChunk);
    await runHour(contextOf(world), HOURS[5] as TimeChunk);
    world.loaded = definitionWith('events');
    await runHour(contextOf(world), HOURS[5] as TimeChunk);
    await leaveIn(world, 1, 'failed', null);
    await leaveIn(world, 2, 'planned', 1000);
    world.passAnHour();
    expect((await work(world, { kinds })).map(([index]) => index)).toEqual(indexes);
  });

  test('all are built with --force', async () => {
    const world = new World();
    await work(world);
    expect(await work(world, { force: true })).toEqual(HOURS.map((_, index) => [index, 'forced', 'built']));
  });

  test('with --no-index those that got as far as the manifest need nothing; with Druid they go on from there', async () => {
    const world = new World();
    await work(world, { noIndex: true });
    expect(await work(world, { noIndex: true })).toEqual([]);
    expect(await work(world)).toEqual(HOURS.map((_, index) => [index, 'stopped', 'built']));
  });

  test('are begun oldest first, at most so many at a time', async () => {
    const world = new World();
    const begun: number[] = [];
    let [now, most] = [0, 0];
    const engine = new FixedEngine();
    engine.onBuild = async ({ plan }) => {
      begun.push(plan.chunk.startMs);
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
    };
    await runWork({ ...contextOf(world), engine }, HOURS, { parallel: 2 });
    expect(begun).toEqual(HOURS.map(({ startMs }) => startMs));
    expect(most).toBe(2);
  });
});

describe('hours that fail', () => {
  test('do not stop the others, and end the command with 3 and their list; the next call does just them', async () => {
    const world = new World();
    const engine = new FixedEngine();
    const broken = [1, 4].map((index) => HOURS[index]?.startMs);
    engine.onBuild = ({ plan }) => {
      if (broken.includes(plan.chunk.startMs)) engine.counts = { ...engine.counts, read: 11, rejected: 1 };
      else engine.counts = { ...engine.counts, read: 10, rejected: 0 };
    };
    const { hours } = await runWork({ ...contextOf(world), engine }, HOURS);
    expect(hours.map(({ outcome }) => outcome)).toEqual(['built', 'failed', 'built', 'built', 'failed', 'built']);
    expect(() => throwFailures(hours)).toThrow(expect.objectContaining({ code: 'HM_RUN_003', exitCode: 3 }));
    expect(() => throwFailures(hours)).toThrow(/2 of 6 hours failed: 2026-11-22T05.* HM_GUARD_003, 2026-11-22T08/);
    expect(await work(world)).toEqual([
      [1, 'failed', 'built'],
      [4, 'failed', 'built'],
    ]);
  });

  test('to be looked at are reported too', async () => {
    const world = new World();
    await work(world);
    world.objects.set('p/ledger/2026/11/22/05/000001.json', { bytes: new Uint8Array(3), modifiedMs: 0 });
    const { hours } = await runWork(contextOf(world), HOURS);
    expect(hours).toMatchObject([{ outcome: 'failed', error: { code: 'HM_LEDGER_003' } }]);
  });
});

describe('hours that another run owns', () => {
  test('are listed as such and are no failure where they are to be left; else they fail with 4', async () => {
    const world = new World();
    await leaveIn(world, 0, 'planned', 600_000);
    const { hours } = await runWork(contextOf(world), HOURS.slice(0, 1), { leaveOwned: true });
    expect(hours).toMatchObject([{ outcome: 'owned', owner: { runId: 'left-0', owner: 'elsewhere:1' } }]);
    expect(() => throwFailures(hours)).not.toThrow();
    const { hours: asked } = await runWork(contextOf(world), HOURS.slice(0, 1));
    expect(asked).toMatchObject([{ outcome: 'failed', error: { code: 'HM_LEDGER_001', exitCode: 4 } }]);
    expect(await work(world, { kinds: ['failed', 'stopped'] })).toEqual([]);
  });

  test('because both fired at once: each hour is built once, and nobody failed', async () => {
    const world = new World();
    const contexts = [1, 2, 3].map(() => contextOf(world));
    const all = await Promise.all(
      contexts.map((context) => runWork(context, HOURS, { leaveOwned: true, parallel: 2 })),
    );
    const outcomes = all.flatMap(({ hours }) => hours.map(({ outcome }) => outcome));
    expect(outcomes.filter((outcome) => outcome === 'built')).toHaveLength(HOURS.length);
    expect(outcomes).not.toContain('failed');
    expect(contexts.reduce((sum, { engine }) => sum + (engine as FixedEngine).builds, 0)).toBe(HOURS.length);
    expect(await work(world)).toEqual([]);
  });
});

test('hours are due as far back as a day or as events may be late, and no hour before its time', () => {
  const { definition } = definitionWith();
  const nowMs = Date.UTC(2026, 10, 22, 10, 30);
  const due = dueHours(definition, nowMs);
  expect([due.length, due.at(-1)]).toEqual([24, chunkAt(nowMs - 3600_000, 'hour')]);
  expect(dueHours(definition, nowMs, 1)).toHaveLength(1);
  const late = { ...definition, schedule: { delayMs: 31 * 60_000, latenessMs: 48 * 3600_000 } };
  const dueLate = dueHours(late, nowMs);
  expect([dueLate.length, dueLate.at(-1)]).toEqual([48, chunkAt(nowMs - 2 * 3600_000, 'hour')]);
});
