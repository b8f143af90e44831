import { expect, test } from 'vitest';
import { playSeeds } from './play-seeds.ts';
import { concurrentPlot } from './plots.ts';
import { simulate } from './simulate.ts';

/** HOURMILL_SIM_SEED: plays just this seed. HOURMILL_SIM_SEEDS: how many. */
const { HOURMILL_SIM_SEED, HOURMILL_SIM_SEEDS } = process.env;
const SEEDS = Number(HOURMILL_SIM_SEEDS ?? 2_000);

test('the same seed is the same story', async () => {
  const played = [await simulate(17, concurrentPlot), await simulate(17, concurrentPlot)] as const;
  const withoutIds = played.map(({ story }) => story.map((line) => line.replaceAll(/Z-[0-9a-f]+|000Z-\w+/g, '')));
  expect(withoutIds[0]).toEqual(withoutIds[1]);
});

test('concurrent runs of the same hours keep every invariant at every step, and come to what the model says', async () => {
  const only = HOURMILL_SIM_SEED === undefined ? undefined : Number(HOURMILL_SIM_SEED);
  const { seeds, processes, broken } = await playSeeds(only ?? 1, only === undefined ? SEEDS + 1 : only + 1);
  if (broken !== undefined) {
    expect.fail(`${broken.text}\n\nHOURMILL_SIM_SEED=${broken.seed} plays this story again`);
  }
  console.log(`${seeds} seeds, ${processes} processes`);
  expect(seeds).toBe(only === undefined ? SEEDS : 1);
}, 900_000);
