import { describe, expect, test } from 'vitest';
import { type AbandonOptions, abandonHour } from '../src/index.ts';
import { CHUNK, Process, World } from './hour-world.ts';

const WHY: AbandonOptions = { reason: 'stuck', by: 'eve@host' };
const code = (wanted: string) => expect.objectContaining({ code: wanted });
const abandon = (world: World, options: Partial<AbandonOptions> = {}, process = new Process()) =>
  abandonHour(world.context(process), CHUNK, { ...WHY, ...options });
const lastState = async (world: World) => (await world.context(new Process()).ledger.history(CHUNK)).at(-1)?.state;

describe('an hour that is abandoned', () => {
  test('in indexing: its task publishes nothing after that, and the next run builds the hour anew', async () => {
    const world = new World();
    await world.leaveIndexing();
    const [taskId] = world.druid.submitted;
    expect(await abandon(world)).toMatchObject({ state: 'indexing', retiredTask: taskId });
    expect(await lastState(world)).toBe('abandoned');
    expect(world.alive.size).toBe(0);
    world.etag = 'b15';
    expect(await world.run()).toMatchObject({ state: 'done', counts: { kept: 15 } });
    await world.endAllTasks();
    expect((await world.druid.sums(CHUNK)).sums).toEqual({ count: '15' });
  });

  test('while a lease stands only with --force; its run then commits nothing, wherever it was', async () => {
    for (let nth = 1; nth <= 60; nth++) {
      const world = new World();
      const process = new Process({ nth, when: 'before', how: 'sleeps' });
      const sleeper = world.run({}, process);
      const isAsleep = await Promise.race([process.asleep.then(() => true), sleeper.then(() => false)]);
      if (!isAsleep) break;
      const state = await lastState(world);
      if (state === undefined || state === 'done') {
        await expect(abandon(world, { force: true })).rejects.toThrow(code('HM_RUN_004'));
        process.wakeUp();
        await sleeper;
        continue;
      }
      await expect(abandon(world)).rejects.toThrow(code('HM_LEDGER_001'));
      await abandon(world, { force: true });
      const served = world.druid.hours.get(CHUNK.startMs);
      process.wakeUp();
      await sleeper;
      await world.endAllTasks();
      expect(await lastState(world), `asleep before ${process.cutAt}`).toBe('abandoned');
      expect(world.druid.hours.get(CHUNK.startMs), `asleep before ${process.cutAt}`).toEqual(served);
    }
  });

  test('is left as it was when Druid does not answer, and can be tried again at once', async () => {
    const world = new World();
    await world.leaveIndexing();
    world.druid.failpoint = { step: 'retire', when: 'before', code: 'HM_DRUID_001' };
    await expect(abandon(world)).rejects.toThrow(code('HM_DRUID_001'));
    expect(await lastState(world)).toBe('indexing');
    expect(await abandon(world)).toMatchObject({ state: 'indexing' });
  });

  test('must have a run that is open', async () => {
    const world = new World();
    await expect(abandon(world, { force: true })).rejects.toThrow(code('HM_RUN_004'));
    await world.run();
    await expect(abandon(world, { force: true })).rejects.toThrow(code('HM_RUN_004'));
  });
});
