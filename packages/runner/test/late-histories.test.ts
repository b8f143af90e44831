import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LateModel } from './late-model.ts';
import { type Event, LateWorld, type WorldOptions } from './late-world.ts';

/**
 * Random histories of objects that come and change, of runs, merges and rebuilds, against a plain model that knows events only. After
 * every step each hour serves what the model says.
 */

const HOURS = [0, 1, 2, 3];

type Step =
  | { readonly kind: 'write'; readonly folder: number; readonly name: string; readonly events: readonly Event[] }
  | { readonly kind: 'remove'; readonly folder: number; readonly name: string }
  | { readonly kind: 'run' | 'late' | 'force'; readonly hour: number };

const hour = fc.constantFrom(...HOURS);
const name = fc.constantFrom('a', 'b', 'c');
const event = fc.record({
  hour: fc.constantFrom(...HOURS, 0, 0, 1, 1),
  id: fc.constantFrom('a1', 'a2', 'b1', 'b2', 'b3'),
  v: fc.integer({ min: 1, max: 1000 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      folder: hour,
      name,
      events: fc.array(event, { maxLength: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), folder: hour, name }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('run' as const), hour }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('late' as const), hour }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('force' as const), hour }) },
);

async function play(options: WorldOptions, steps: readonly Step[]): Promise<void> {
  const world = new LateWorld(options);
  const model = new LateModel(world);
  for (const next of steps) {
    await take(next, world, model);
    for (const each of HOURS) {
      if (model.isDone(each))
        expect(await world.rows(each), `hour ${each} after ${JSON.stringify(next)}`).toEqual(model.rows(each));
    }
  }
}

async function take(next: Step, world: LateWorld, model: LateModel): Promise<void> {
  switch (next.kind) {
    case 'write':
      return world.write(next.folder, next.name, next.events);
    case 'remove':
      world.input.delete(`${next.folder}/${next.name}`);
      return;
    case 'run':
    case 'force': {
      const report = await orGone(() =>
        world.run(next.hour, { force: next.kind === 'force', allowEmpty: true, allowShrink: true, reason: 'test' }),
      );
      if (report !== undefined && !report.unchanged) model.build(next.hour);
      return;
    }
    case 'late': {
      world.reads.length = 0;
      const isMergeable = model.isMergeable(next.hour);
      const before = model.readBy(next.hour);
      const report = await orGone(() => world.late(next.hour, { allowEmpty: true, allowShrink: true, reason: 'test' }));
      if (report === undefined || report.unchanged) return;
      expect(report.reason.startsWith('merged'), report.reason).toBe(isMergeable);
      if (!isMergeable) return model.build(next.hour);
      expect(
        world.reads.filter((id) => before.has(id)),
        'a merge reads what it has',
      ).toEqual([]);
      model.merge(next.hour);
    }
  }
}

/** Undefined when the input that it takes is gone. */
async function orGone<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'HM_INPUT_001' || code === 'HM_RUN_008') return undefined;
    throw error;
  }
}

const VARIANTS: readonly (readonly [string, WorldOptions])[] = [
  ['without a key', {}],
  ['without a key, windows that overlap', { before: 1, after: 1 }],
  ['the first of each key', { deduplicate: '{ key: [id] }' }],
  ['the first of each key, windows that overlap', { deduplicate: '{ key: [id] }', before: 1 }],
  ['the last of each key', { deduplicate: '{ key: [id], keep: last }', after: 1 }],
];

describe.each(VARIANTS)('%s', (_, options) => {
  test('after any history each hour serves what the model says', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 16 }), (steps) => play(options, steps)),
      { numRuns: Number(process.env['HOURMILL_HISTORIES'] ?? 60) },
    );
  });
});
