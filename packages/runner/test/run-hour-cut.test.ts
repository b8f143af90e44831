import type { RunReport } from '@hourmill/core';
import { describe, expect, test } from 'vitest';
import { type RunOptions, readManifest } from '../src/index.ts';
import { planHour } from '../src/plan/plan-hour.ts';
import { CHUNK, type CutPoint, definitionWith, keptOf, Process, World } from './hour-world.ts';

/**
 * A run is cut at every single call of the store and of Druid, before the call takes effect and after it (its answer
 * lost): the call fails, or the process dies, or it sleeps until another run has done the hour. Whatever the cut:
 *
 * 1. the hour's ledger is valid at every moment;
 * 2. while a task of one manifest may still run, no task of another manifest is sent;
 * 3. runs that are repeated come to `done`, and that is of the definition and the input as they are;
 * 4. Druid serves the numbers of the manifest that `done` names, also after every task that was ever sent has ended.
 */

/** A run that is not done after so many repetitions is stuck. */
const MOST_RUNS = 6;
const SECONDS = 1000;

interface Story {
  readonly name: string;
  /** What happened before the run that is cut. */
  readonly before: (world: World) => unknown;
  /** How the run that is cut is called, and those that repeat it. Default: no option. */
  readonly options?: RunOptions;
}

const STORIES: readonly Story[] = [
  { name: 'the first run of an hour', before: () => {} },
  {
    name: 'a run over a done hour whose input changed',
    before: async (world) => {
      await world.run();
      world.etag = 'b12';
    },
  },
  { name: 'a run over an hour in indexing', before: (world) => world.leaveIndexing() },
  {
    name: 'a run over an hour in indexing, changed input',
    before: async (world) => {
      await world.leaveIndexing();
      world.etag = 'b12';
    },
  },
  {
    name: 'a run over an hour in indexing, changed definition',
    before: async (world) => {
      await world.leaveIndexing();
      world.loaded = definitionWith('events');
    },
  },
  {
    name: 'a run over an hour in indexing whose parts are gone',
    before: async (world) => {
      await world.leaveIndexing();
      for (const key of world.objects.keys()) if (key.endsWith('.parquet')) world.objects.delete(key);
    },
  },
  {
    name: 'a run whose first task fails',
    before: (world) => {
      world.druid.failsAttempt = 1;
    },
  },
  {
    name: 'an empty hour over a full one, with --allow-empty',
    before: async (world) => {
      await world.run();
      world.etag = 'b0';
    },
    options: { allowEmpty: true },
  },
  { name: 'a run after --no-index', before: (world) => world.run({ noIndex: true }) },
];

async function worldOf(story: Story): Promise<World> {
  const world = new World();
  await story.before(world);
  return world;
}

/** Repeats uncut runs until the hour is done, and checks what stands then. */
async function expectDoneInTheEnd(world: World, options: RunOptions = {}): Promise<void> {
  let report: RunReport | undefined;
  for (let run = 1; report?.state !== 'done'; run++) {
    expect(run, 'the hour is stuck').toBeLessThanOrEqual(MOST_RUNS);
    report = await world.run(options);
  }
  await expectExact(world);
}

async function expectExact(world: World): Promise<void> {
  const context = world.context(new Process());
  const plan = await planHour(context, CHUNK, false, new AbortController().signal);
  const last = (await context.ledger.history(CHUNK)).at(-1);
  if (last?.state !== 'done') return expect(last?.state).toBe('done');
  const { manifest } = await readManifest(context.store, last);
  const { definitionHash, listingHash } = plan;
  expect(manifest.plan, 'done, but not of what is there').toMatchObject({ definitionHash, listingHash });
  expect(manifest.result.counts.kept).toBe(keptOf(plan));
  const served = async () => (await world.druid.sums(CHUNK)).sums;
  expect(await served(), 'Druid does not serve what is done').toEqual(manifest.result.sums);
  await world.endAllTasks();
  expect(await served(), 'an old task published in the end').toEqual(manifest.result.sums);
}

/** Every place at which the story's run can be cut in this way. */
async function cutsOf(story: Story, how: CutPoint['how']): Promise<CutPoint[]> {
  const process = new Process();
  const world = await worldOf(story);
  await world.run(story.options, process);
  const places = Array.from({ length: process.calls }, (_, index) => index + 1);
  return places.flatMap((nth) => (['before', 'after'] as const).map((when) => ({ nth, when, how })));
}

/** Checks each cut, and names those that broke a promise. */
async function expectEach(cuts: readonly CutPoint[], check: (process: Process) => Promise<void>): Promise<void> {
  const broken: string[] = [];
  for (const cut of cuts) {
    const process = new Process(cut);
    try {
      await check(process);
    } catch (error) {
      const message = String(error instanceof Error ? error.message : error).split('\n', 1);
      broken.push(`${cut.how} ${cut.when} call ${cut.nth}, ${process.cutAt}: ${message}`);
    }
  }
  expect(broken).toEqual([]);
}

describe.each(STORIES)('$name', (story) => {
  describe.each(['dies', 'fails'] as const)('%s at any call', (how) => {
    test('then the same run again: done and exact', async () => {
      await expectEach(await cutsOf(story, how), async (process) => {
        const world = await worldOf(story);
        await world.run(story.options, process);
        await expectDoneInTheEnd(world, story.options);
      });
    });

    test('then --force: done and exact', async () => {
      await expectEach(await cutsOf(story, how), async (process) => {
        const world = await worldOf(story);
        await world.run(story.options, process);
        await world.run({ ...story.options, force: true });
        await expectDoneInTheEnd(world, story.options);
      });
    });

    test('then other input: done and exact', async () => {
      await expectEach(await cutsOf(story, how), async (process) => {
        const world = await worldOf(story);
        await world.run(story.options, process);
        world.etag = 'c15';
        await expectDoneInTheEnd(world, story.options);
      });
    });
  });

  test('sleeps at any call while another run does the hour with other input: done and exact', async () => {
    await expectEach(await cutsOf(story, 'sleeps'), async (sleeper) => {
      const world = await worldOf(story);
      const sleeping = world.run(story.options, sleeper);
      await sleeper.asleep;
      world.passAnHour();
      world.etag = 'c15';
      try {
        await expectDoneInTheEnd(world, story.options);
      } finally {
        sleeper.wakeUp();
        await sleeping;
      }
      await expectExact(world);
    });
  });

  test('dies at any call, and the next run at any call again: done and exact', { timeout: 120 * SECONDS }, async () => {
    await expectEach(await cutsOf(story, 'dies'), async (first) => {
      for (let nth = 1; ; nth++) {
        const world = await worldOf(story);
        await world.run(story.options, first.again());
        const second = new Process({ nth, when: 'after', how: 'dies' });
        await world.run(story.options, second);
        await expectDoneInTheEnd(world, story.options);
        if (second.cutAt === undefined) return;
      }
    });
  });
});

describe('a manifest that is damaged while its task may run', () => {
  test('does not keep the hour from being built with --force', async () => {
    const world = new World();
    await world.leaveIndexing();
    for (const [key, { modifiedMs }] of world.objects) {
      if (key.endsWith('manifest.json')) world.objects.set(key, { bytes: Buffer.from('{}'), modifiedMs });
    }
    await expectDoneInTheEnd(world, { force: true });
  });
});
