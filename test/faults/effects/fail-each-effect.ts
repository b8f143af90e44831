import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysAstrayAfterGc, type Outcome, outcomeOf } from './outcome.ts';
import type { Level, Places } from './place.ts';
import { Process, type Way } from './process.ts';
import type { Story } from './stories.ts';
import { HOUR, NEXT_HOUR, World, type WorldState } from './world.ts';

/** An hour that is not done after so many repetitions is stuck. */
const MOST_RUNS = 6;
/** Cases at the same time: they mostly wait for the disk or the server. */
const AT_ONCE = 4;

export interface EffectLevel {
  readonly level: Level;
  readonly ways: readonly Way[];
}

/**
 * Each story is told once undisturbed, and then again with its 1st, 2nd, … Nth effect failing in each way. After each the same command is
 * given again until all is done, and then everything must be as in the undisturbed story.
 */
export function failEachEffect(
  stories: readonly Story[],
  places: () => Promise<Places>,
  levels: readonly EffectLevel[],
): void {
  let opened: Places;
  const counted: string[] = [];
  let cases = 0;
  beforeAll(async () => {
    opened = await places();
  });

  describe.each(stories)('$name', (story) => {
    const told = new Map<Level, Promise<Told>>();
    const tell = (level: Level): Promise<Told> => {
      const telling = told.get(level) ?? undisturbed(opened, story, level);
      told.set(level, telling);
      return telling;
    };
    test.each(levels.flatMap(({ level, ways }) => ways.map((way) => ({ level, way, wayName: way.name }))))(
      '$level: $wayName, at any effect, ends as it does undisturbed',
      { timeout: 120_000 },
      async ({ level, way }) => {
        const failed = await failEach(opened, story, await tell(level), { level, way });
        cases += failed.cases;
        counted.push(`  ${story.name} | ${opened.name} | ${level} | ${way.name}: ${failed.cases}`);
        expect(failed.otherwise).toEqual([]);
      },
    );
  });

  afterAll(async () => {
    console.log(`effects failed, each in a case of its own: ${cases} (${opened.name})\n${counted.join('\n')}`);
    await opened[Symbol.asyncDispose]();
  }, 60_000);
}

interface Told {
  readonly before: WorldState;
  readonly outcome: Outcome;
  readonly effects: readonly string[];
  readonly input: string;
}

async function undisturbed(places: Places, story: Story, level: Level): Promise<Told> {
  const input = `${story.name} ${level}`.replaceAll(' ', '-');
  await using world = await World.of(places, input);
  await story.before(world);
  const before = await world.state();
  const process = new Process();
  await world.process(story.act, level, process);
  const outcome = await outcomeOf(world);
  expect(outcome.hours.map(({ state, counts }) => ({ state, kept: counts?.kept }))).toEqual(
    story.kept.map((kept) => ({ state: kept === undefined ? undefined : 'done', kept })),
  );
  return { before, outcome, effects: process.effects, input };
}

interface Failed {
  readonly cases: number;
  /** The cases that ended otherwise than undisturbed. */
  readonly otherwise: readonly string[];
}

async function failEach(
  places: Places,
  story: Story,
  told: Told,
  { level, way }: { readonly level: Level; readonly way: Way },
): Promise<Failed> {
  const otherwise: string[] = [];
  const cuts = cutsOf(told.effects, way);
  const waiting = cuts.values();
  const work = async () => {
    for (const nth of waiting) {
      const process = new Process({ nth, way });
      await using world = await World.of(places, told.input, told.before);
      try {
        await world.process(story.act, level, process);
        await expectTheSame(world, story, told.outcome);
      } catch (error) {
        otherwise.push(`${way.name}, effect ${nth} of ${told.effects.length}, ${process.cutAt}: ${messageOf(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { cases: cuts.length, otherwise };
}

/** The numbers of the effects that can fail in this way, from 1. */
function cutsOf(effects: readonly string[], { of = /^/ }: Way): number[] {
  return effects.flatMap((name, index) => (of.test(name) ? [index + 1] : []));
}

async function expectTheSame(world: World, story: Story, expected: Outcome): Promise<void> {
  for (let runs = 1; runs === 1 || !(await areDone(world, expected)); runs++) {
    expect(runs, 'the hour is stuck').toBeLessThanOrEqual(MOST_RUNS);
    await world.process(story.act);
  }
  expect(await outcomeOf(world)).toEqual(expected);
  await world.druid.endAllTasks();
  expect(await outcomeOf(world), 'an old task published in the end').toEqual(expected);
  expect((await keysAstrayAfterGc(world)).join(', '), 'after gc').toBe('');
  expect(await outcomeOf(world), 'after gc').toEqual(expected);
}

async function areDone({ onlooker: { ledger } }: World, { hours }: Outcome): Promise<boolean> {
  for (const [index, chunk] of [HOUR, NEXT_HOUR].entries()) {
    if ((await ledger.history(chunk)).at(-1)?.state !== hours[index]?.state) return false;
  }
  return true;
}

function messageOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).slice(0, 500);
}
