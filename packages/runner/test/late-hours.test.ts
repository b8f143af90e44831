import { describe, expect, test } from 'vitest';
import { lateHours, runLate } from '../src/index.ts';
import { definitionOf, type Event, hourAt, LateWorld } from './late-world.ts';

const KEY = '{ key: [id] }';
const event = (hour: number, id: string, v = 1): Event => ({ hour, id, v });
const { signal } = new AbortController();
const waiting = async (world: LateWorld, hour: number) => (await lateHours(world.context(), [hourAt(hour)], signal))[0];

/** Hour 0 is done, and hour 1 has met one row of it. */
async function withLateRow(options: ConstructorParameters<typeof LateWorld>[0] = {}): Promise<LateWorld> {
  const world = new LateWorld(options);
  world.write(0, 'a', [event(0, 'a1'), event(0, 'b1')]);
  world.write(1, 'a', [event(1, 'a2'), event(0, 'a3', 5)]);
  await world.run(0);
  await world.run(1);
  return world;
}

describe('a stray within the lateness', () => {
  test('waits for its hour, is merged without reading the raw input, and counts once', async () => {
    const world = await withLateRow();
    expect(await waiting(world, 0)).toMatchObject({ rows: 1, files: 1, newObjects: 0, action: 'merge', why: null });
    world.reads.length = 0;
    const report = await world.late(0);
    expect(report).toMatchObject({ state: 'done', unchanged: false, generation: 1, reason: 'merged 1 late row(s)' });
    expect(world.reads).toEqual([]);
    expect(report.counts).toEqual({ read: 3, kept: 3, duplicate: 0, filtered: 0, stray: 0, rejected: 0 });
    expect(report.splits.map(({ id, counts }) => [id, counts.read])).toEqual([
      ['mem:0/a', 2],
      ['late:2026-11-22T10:00:00.000Z/1', 1],
    ]);
    expect(await world.rows(0)).toEqual(['a: 2/6/2', 'b: 1/1/0.3333333333333333']);
    expect(await waiting(world, 0)).toMatchObject({ rows: 0, action: 'none' });
    expect(await world.late(0)).toMatchObject({ unchanged: true });
  });

  test('is told in the report of the run that met it', async () => {
    const world = new LateWorld({ deduplicate: KEY });
    world.write(0, 'a', [event(0, 'a1')]);
    world.write(1, 'a', [event(1, 'a2'), event(0, 'a3'), event(-30, 'a4'), event(2, 'a5')]);
    await world.run(0);
    const report = await world.run(1);
    expect(report).toMatchObject({ late: { '2026-11-22T10:00:00.000Z': 1 }, generation: 0, counts: { stray: 3 } });
    expect(report.sidecars).toMatchObject({ keys: 1, bytesPerKey: expect.any(Number) });
  });

  test('waits also for an hour that was never built, whose first run takes it in', async () => {
    const world = new LateWorld({ deduplicate: KEY });
    world.write(0, 'a', [event(0, 'a1'), event(0, 'b1')]);
    world.write(1, 'a', [event(0, 'a3', 5), event(0, 'b1', 7)]);
    await world.run(1);
    expect(await waiting(world, 0)).toMatchObject({
      rows: 2,
      action: 'none',
      why: expect.stringContaining('never built'),
    });
    expect(await world.run(0)).toMatchObject({ generation: 1, counts: { read: 4, kept: 3, duplicate: 1 } });
    expect(await world.rows(0)).toEqual(['a: 2/6/2', 'b: 1/1/0.3333333333333333']);
    expect(await waiting(world, 0)).toMatchObject({ rows: 0, action: 'none' });
  });

  test('of a run that did not commit does not wait', async () => {
    const world = new LateWorld();
    world.write(0, 'a', [event(0, 'a1')]);
    world.write(1, 'a', [event(0, 'a3')]);
    await world.run(0);
    world.loaded = {
      ...world.loaded,
      definition: { ...world.loaded.definition, guards: { maxShrinkRatio: 1, maxRejectedRatio: 0 } },
    };
    world.write(1, 'b', []);
    world.input.set('1/b', { version: 99, events: [{ ...event(1, 'x'), hour: Number.NaN }] });
    await expect(world.run(1)).rejects.toMatchObject({ code: 'HM_GUARD_003' });
    expect([...world.objects.keys()].some((key) => key.startsWith('p/late/'))).toBe(true);
    expect(await waiting(world, 0)).toMatchObject({ rows: 0, action: 'none' });
  });
});

describe('a row that is there twice', () => {
  test('waits also when its run first had to retire the task of another one', async () => {
    const world = new LateWorld();
    world.write(0, 'a', [event(0, 'a1')]);
    world.write(1, 'a', [event(1, 'a2')]);
    await world.run(0);
    world.druid.failpoint = { step: 'wait', when: 'before', code: 'HM_DRUID_004' };
    await expect(world.run(1)).rejects.toThrow(expect.objectContaining({ code: 'HM_DRUID_004' }));
    world.write(1, 'b', [event(0, 'a3', 5)]);
    await world.run(1);
    expect(await world.late(0)).toMatchObject({ reason: 'merged 1 late row(s)' });
  });

  test('counts once when two runs have met it, also without a key', async () => {
    const world = new LateWorld({ before: 1 });
    world.write(0, 'a', [event(0, 'a1')]);
    world.write(2, 'a', [event(0, 'a3', 5), event(2, 'c1')]);
    for (const hour of [0, 2, 3]) await world.run(hour);
    expect(await waiting(world, 0)).toMatchObject({ rows: 1, files: 2 });
    expect(await world.late(0)).toMatchObject({ counts: { kept: 2 } });
    expect(await world.rows(0)).toEqual(['a: 2/6/2']);
  });

  test('counts once when one of them met it after the merge', async () => {
    const world = new LateWorld({ before: 1 });
    world.write(0, 'a', [event(0, 'a1')]);
    world.write(2, 'a', [event(0, 'a3', 5)]);
    for (const hour of [0, 2]) await world.run(hour);
    await world.late(0);
    await world.run(3);
    expect(await waiting(world, 0)).toMatchObject({ rows: 0, files: 0, action: 'none' });
    world.write(3, 'a', [event(0, 'a4', 1)]);
    await world.run(3);
    expect(await waiting(world, 0)).toMatchObject({ rows: 1, files: 1 });
    expect(await world.late(0)).toMatchObject({ generation: 2, reason: 'merged 1 late row(s)', counts: { kept: 3 } });
    expect(await world.rows(0)).toEqual(['a: 3/7/2.3333333333333335']);
  });

  test.each([
    ['before any was taken in', false],
    ['after one was', true],
  ])('counts once when two hours have met it in two versions of an object, %s', async (_, isTakenIn) => {
    const world = new LateWorld({ before: 1 });
    world.write(0, 'a', [event(0, 'a1')]);
    world.write(2, 'a', [event(0, 'b1', 5), event(2, 'c1')]);
    for (const hour of [0, 2, 3]) await world.run(hour);
    if (isTakenIn) await world.late(0);
    world.write(2, 'a', [event(0, 'b1', 6), event(2, 'c1')]);
    await world.run(2);
    const report = await world.late(0);
    if (isTakenIn) expect(report.reason).toContain('mem:2/a, of which it has taken in late rows, changed after that');
    expect(await world.rows(0)).toEqual(['a: 1/1/0.3333333333333333', 'b: 1/6/2']);
    await world.run(3);
    await world.late(0);
    expect(await world.rows(0)).toEqual(['a: 1/1/0.3333333333333333', 'b: 1/6/2']);
  });

  test('is not late where the window of its own hour lists the object', async () => {
    const world = new LateWorld({ after: 1 });
    world.write(0, 'a', [event(0, 'a1')]);
    world.write(1, 'a', [event(0, 'a3', 5), event(-1, 'b1')]);
    await world.run(0);
    expect(await world.run(1)).toMatchObject({ late: { '2026-11-22T09:00:00.000Z': 1 }, counts: { stray: 2 } });
    expect(await waiting(world, 0)).toMatchObject({ rows: 0, action: 'none' });
    expect(await world.rows(0)).toEqual(['a: 2/6/2']);
  });
});

describe('objects', () => {
  test('that came after the run are merged, and old ones are not read again', async () => {
    const world = await withLateRow({ deduplicate: KEY });
    world.write(0, '0', [event(0, 'a1', 100), event(0, 'c1', 3)]);
    expect(await waiting(world, 0)).toMatchObject({ rows: 1, newObjects: 1, action: 'merge' });
    world.reads.length = 0;
    const report = await world.late(0);
    expect(report).toMatchObject({
      reason: 'merged 1 late row(s) and 1 new object(s)',
      counts: { read: 5, duplicate: 1 },
    });
    expect(new Set(world.reads)).toEqual(new Set(['mem:0/0']));
    expect(await world.rows(0)).toEqual(['a: 2/6/2', 'b: 1/1/0.3333333333333333', 'c: 1/3/1']);
    expect(await world.run(0)).toMatchObject({ unchanged: true });
    expect(await world.run(0, { force: true })).toMatchObject({ counts: { read: 5, duplicate: 1 } });
    expect(await world.rows(0)).toEqual(['a: 2/6/2', 'b: 1/1/0.3333333333333333', 'c: 1/3/1']);
  });

  test('that changed mean a rebuild, which says why', async () => {
    const world = await withLateRow();
    world.write(0, 'a', [event(0, 'a1')]);
    expect(await waiting(world, 0)).toMatchObject({ changedObjects: 1, action: 'rebuild' });
    expect((await world.late(0)).reason).toBe('late data was not merged: mem:0/a changed after it was read');
    expect(await world.rows(0)).toEqual(['a: 2/6/2']);
  });

  test('that vanished do not hinder a merge', async () => {
    const world = await withLateRow();
    world.input.delete('0/a');
    expect(await world.late(0)).toMatchObject({ counts: { kept: 3 } });
    expect(await world.rows(0)).toEqual(['a: 2/6/2', 'b: 1/1/0.3333333333333333']);
  });

  test('of which late rows were taken in and that changed since mean a rebuild', async () => {
    const world = await withLateRow();
    await world.late(0);
    world.write(1, 'a', [event(1, 'a2')]);
    await world.run(1);
    expect(await waiting(world, 0)).toMatchObject({ rows: 0, action: 'rebuild' });
    await world.late(0);
    expect(await world.rows(0)).toEqual(['a: 1/1/0.3333333333333333', 'b: 1/1/0.3333333333333333']);
  });
});

describe('what cannot be merged exactly is built again, with the reason', () => {
  test('keep: last, where the late rows win', async () => {
    const world = await withLateRow({ deduplicate: '{ key: [id], keep: last }' });
    world.write(1, 'b', [event(0, 'b1', 9)]);
    await world.run(1);
    expect(await world.late(0)).toMatchObject({
      reason: expect.stringContaining('keep: last'),
      counts: { kept: 3, duplicate: 1 },
    });
    expect(await world.rows(0)).toEqual(['a: 2/6/2', 'b: 1/9/3']);
  });

  test('a changed definition, by which the whole late record is judged', async () => {
    const world = await withLateRow();
    world.loaded = definitionOf({ metric: 'events' });
    expect((await world.late(0)).reason).toBe('late data was not merged: the definition changed');
    expect(await world.rows(0)).toEqual(['a: 2/6/2', 'b: 1/1/0.3333333333333333']);
  });

  test('an hour from before lateness was set has no sums', async () => {
    const world = new LateWorld({ lateness: 'PT0S' });
    world.write(0, 'a', [event(0, 'a1')]);
    await world.run(0);
    world.loaded = definitionOf({});
    world.write(1, 'a', [event(0, 'a3', 5)]);
    await world.run(1);
    expect((await world.late(0)).reason).toContain('without exact sums');
    expect(await world.rows(0)).toEqual(['a: 2/6/2']);
  });

  test('where the input is gone as well it says that, and nothing was changed', async () => {
    const world = await withLateRow({ deduplicate: '{ key: [id], keep: last }' });
    world.write(0, 'b', [event(0, 'c1')]);
    world.input.delete('0/a');
    const before = await world.rows(0);
    await expect(world.late(0)).rejects.toMatchObject({
      code: 'HM_RUN_008',
      message: expect.stringContaining('mem:0/a is gone'),
    });
    world.input.delete('0/b');
    await expect(world.late(0)).rejects.toMatchObject({ code: 'HM_RUN_008' });
    expect(await world.rows(0)).toEqual(before);
  });
});

test('a late row ranks behind all that the hour had, and a rebuild keeps that', async () => {
  const world = await withLateRow({ deduplicate: KEY });
  world.write(0, '0', [event(0, 'a3', 50)]);
  await world.late(0);
  expect(await world.rows(0)).toContain('a: 2/51/17');
  const forced = await world.run(0, { force: true });
  expect(forced.reason).not.toContain('rank');
  expect(await world.rows(0)).toContain('a: 2/51/17');
});

test('late rows that were taken in before do not count for the memory of the next merge', async () => {
  const world = await withLateRow();
  const { definition } = world.loaded;
  const limits = { ...definition.limits, memoryBytes: 200 };
  const merge = () =>
    runLate({ ...world.context(), loaded: { ...world.loaded, definition: { ...definition, limits } } }, hourAt(0));
  await merge();
  for (const [index, folder] of [2, 3].entries()) {
    world.write(folder, 'a', [event(0, 'a4')]);
    await world.run(folder);
    expect(await merge()).toMatchObject({ generation: index + 2, reason: 'merged 1 late row(s)' });
  }
  world.write(4, 'a', [event(0, 'a4'), event(0, 'a4')]);
  await world.run(4);
  await expect(merge()).rejects.toMatchObject({ code: 'HM_LIMIT_001' });
});

test.each(['first', 'last'])(
  'late rows that came one after another keep their ranks in any number of rebuilds, keep: %s',
  async (keep) => {
    const world = new LateWorld({ deduplicate: `{ key: [id], keep: ${keep} }` });
    world.write(0, 'a', [event(0, 'a1')]);
    await world.run(0);
    for (const [folder, v] of [
      [2, 6],
      [1, 9],
      [3, 12],
    ] as const) {
      world.write(folder, 'a', [event(0, 'k1', v)]);
      await world.run(folder);
      await world.late(0);
    }
    const rows = ['a: 1/1/0.3333333333333333', keep === 'first' ? 'k: 1/6/2' : 'k: 1/12/4'];
    expect(await world.rows(0)).toEqual(rows);
    for (const _ of [1, 2, 3]) {
      const { counts, generation, reason } = await world.run(0, { force: true });
      expect(await world.rows(0)).toEqual(rows);
      expect({ counts, generation, reason }).toMatchObject({
        counts: { read: 4, kept: 2, duplicate: 2 },
        generation: 3,
        reason: 'asked for with --force',
      });
    }
  },
);

test('a rebuild that cannot keep the ranks says so', async () => {
  const world = await withLateRow({ deduplicate: KEY });
  await world.late(0);
  world.write(0, 'z', [event(0, 'a3', 50)]);
  await world.late(0);
  expect(await world.rows(0)).toContain('a: 2/6/2');
  expect((await world.run(0, { force: true })).reason).toContain(
    'late rows now rank behind objects that came after them',
  );
  expect(await world.rows(0)).toContain('a: 2/51/17');
});
