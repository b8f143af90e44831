import { isHourmillError } from '@hourmill/core';
import type { Failpoint } from '@hourmill/testkit';
import { describe, expect, test } from 'vitest';
import { runLate } from '../src/index.ts';
import { type Event, hourAt, LateWorld } from './late-world.ts';

/**
 * A merge, or a build that takes in late rows, is cut at every single call of the store, before the call takes effect and after it: the
 * call fails, or the process dies. Whatever the cut, what is run next comes to an hour that is exact, and nothing waits for it then.
 */

const SECONDS = 1000;
const KEY = '{ key: [id] }';
const event = (hour: number, id: string, v = 1): Event => ({ hour, id, v });
const EXACT = ['a: 2/6/2', 'b: 1/1/0.3333333333333333', 'c: 1/4/1.3333333333333333'];

interface Story {
  readonly name: string;
  readonly deduplicate: string | undefined;
  /** Whether the hour was built before the rows came. */
  readonly isBuilt: boolean;
}

const STORIES: readonly Story[] = [
  { name: 'a merge without a key', deduplicate: undefined, isBuilt: true },
  { name: 'a merge in which some keys are known', deduplicate: KEY, isBuilt: true },
  { name: 'a first build that takes in late rows', deduplicate: KEY, isBuilt: false },
  { name: 'a rebuild with keep: last', deduplicate: '{ key: [id], keep: last }', isBuilt: true },
];

async function worldOf({ deduplicate, isBuilt }: Story): Promise<LateWorld> {
  const world = new LateWorld({ ...(deduplicate !== undefined && { deduplicate }), before: 1 });
  world.write(0, 'a', [event(0, 'a1'), event(0, 'b1')]);
  if (isBuilt) await world.run(0);
  // Both hours meet these rows.
  world.write(2, 'a', [event(0, 'a3', 5), ...(deduplicate === undefined ? [] : [event(0, 'b1')])]);
  for (const hour of [2, 3]) await world.run(hour);
  world.write(0, 'b', [event(0, 'c1', 4)]);
  return world;
}

async function lateCut(world: LateWorld, failpoint?: Failpoint): Promise<number> {
  world.passTime();
  const context = world.context(failpoint === undefined ? [] : [failpoint]);
  try {
    await runLate(context, hourAt(0));
  } catch (error) {
    if (!isHourmillError(error)) throw error;
  }
  return context.store.calls.length;
}

async function expectExact(world: LateWorld, then: 'late' | 'run'): Promise<void> {
  for (let run = 0; run < 3; run++) {
    await world[then](0).catch((error: unknown) => {
      if (!isHourmillError(error)) throw error;
    });
  }
  await world.late(0);
  expect(await world.rows(0)).toEqual(EXACT);
  expect(await world.late(0)).toMatchObject({ unchanged: true });
}

describe.each(STORIES)('$name', (story) => {
  test.each(['late', 'run'] as const)(
    'cut at any call, and then %s: exact',
    { timeout: 240 * SECONDS },
    async (then) => {
      const calls = await lateCut(await worldOf(story));
      const broken: string[] = [];
      for (let nth = 1; nth <= calls; nth++) {
        for (const when of ['before', 'after'] as const) {
          // What comes after a call that failed is what comes after a death, once the run has ended its hour: seen with `late`.
          for (const kills of then === 'late' ? [true, false] : [true]) {
            const world = await worldOf(story);
            const failpoint = { name: `${when} call ${nth}`, nth, when, kills };
            await lateCut(world, failpoint);
            await expectExact(world, then).catch((error: unknown) =>
              broken.push(`${failpoint.name}, ${kills}: ${error instanceof Error ? error.message : error}`),
            );
          }
        }
      }
      expect(broken).toEqual([]);
    },
  );

  test('by four at once: one does it, the others lose or have nothing to do', async () => {
    const world = await worldOf(story);
    world.passTime();
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => runLate(world.context(), hourAt(0))));
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason.code).toMatch(/HM_LEDGER_00[12]/);
    }
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    await expectExact(world, 'late');
  });
});
