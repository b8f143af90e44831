import { describe, expect, test } from 'vitest';
import { definitionOf, type Event, LateWorld } from './late-world.ts';

const KEY = '{ key: [id], lookback: PT2H }';
const GAP = '{ key: [id], lookback: PT2H, missing: gap }';
const event = (hour: number, id: string, v = 1): Event => ({ hour, id, v });

/** Hours 0 to 3 with one event of their own each, and an event of which each hour has a copy. */
function worldOf(deduplicate: string): LateWorld {
  const world = new LateWorld({ deduplicate });
  for (const hour of [0, 1, 2, 3]) world.write(hour, 'a', [event(hour, `own${hour}`), event(hour, 'same')]);
  return world;
}

describe('duplicates of earlier hours', () => {
  test('are left out within the lookback, also where the copy in between was left out itself', async () => {
    const world = worldOf(GAP);
    const kept: number[] = [];
    for (const hour of [0, 1, 2, 3]) kept.push((await world.run(hour)).counts.kept);
    // Hour 3 looks back at hours 1 and 2, which have not kept it.
    expect(kept).toEqual([2, 1, 1, 2]);
  });

  test('are left out of late rows too', async () => {
    const world = worldOf(GAP);
    for (const hour of [0, 1]) await world.run(hour);
    world.write(2, 'b', [event(1, 'own0'), event(1, 'new')]);
    await world.run(2);
    expect(await world.late(1)).toMatchObject({ reason: 'merged 2 late row(s)', counts: { kept: 2, duplicate: 2 } });
  });
});

describe('an hour of the lookback that is not there', () => {
  test('is HM_RUN_006, which names it, before anything is written', async () => {
    const world = worldOf(KEY);
    await expect(world.run(2)).rejects.toMatchObject({
      code: 'HM_RUN_006',
      exitCode: 75,
      message: expect.stringContaining('2026-11-22T11:00:00.000Z'),
    });
    expect(world.objects.size).toBe(0);
  });

  test('is a gap that the report names where the definition accepts it, and the hour is rebuilt once it is there', async () => {
    const world = worldOf(GAP);
    const gaps = ['2026-11-22T11:00:00.000Z', '2026-11-22T10:00:00.000Z'];
    expect(await world.run(2)).toMatchObject({ lookbackGaps: gaps, counts: { kept: 2 } });
    await world.run(1);
    const again = await world.run(2);
    expect(again).toMatchObject({ counts: { kept: 1 }, lookbackGaps: gaps.slice(1) });
    expect(again.reason).toBe('2026-11-22T11:00:00.000Z, within the lookback, changed');
    expect(await world.run(2)).toMatchObject({ unchanged: true });
  });

  test('is not there with fingerprints of another key', async () => {
    const world = worldOf(GAP);
    for (const hour of [0, 1]) await world.run(hour);
    world.loaded = definitionOf({ deduplicate: GAP.replace('[id]', '[id, v]') });
    expect((await world.run(2)).lookbackGaps).toHaveLength(2);
  });

  test('is there with fingerprints of the same key, though the definition changed in other things', async () => {
    const world = worldOf(GAP);
    for (const hour of [0, 1]) await world.run(hour);
    world.loaded = definitionOf({ deduplicate: GAP, metric: 'events' });
    expect((await world.run(2)).lookbackGaps).toBeUndefined();
  });
});

test('an hour that took in late data changes the lookback of those behind it: late data of these means a rebuild', async () => {
  const world = worldOf(GAP);
  for (const hour of [0, 1, 2]) await world.run(hour);
  world.write(0, 'b', [event(0, 'own2')]);
  await world.late(0);
  const options = { allowEmpty: true, reason: 'its only event came late in an earlier hour' };
  expect(await world.run(2, options)).toMatchObject({ counts: { kept: 0, duplicate: 2 } });
  world.write(3, 'b', [event(1, 'late')]);
  await world.run(3);
  expect((await world.late(1)).reason).toBe(
    'late data was not merged: 2026-11-22T10:00:00.000Z, within the lookback, changed',
  );
});
