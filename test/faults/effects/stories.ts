import { collectGarbage, type PipelineContext, type RunOptions, runHour, runLate } from '@hourmill/runner';
import { CRASH, Process } from './process.ts';
import { HOUR, NEXT_HOUR, type World } from './world.ts';

/** One thing that a process does, cut at each of its effects. */
export interface Story {
  readonly name: string;
  /** What has happened before. */
  readonly before: (world: World) => Promise<unknown>;
  /** What the process does that is cut, and what those do that come after it until all is done. */
  readonly act: (context: PipelineContext) => Promise<unknown>;
  /** How many events each of both hours has in the end, worked out by hand; undefined: it was never built. */
  readonly kept: readonly [number, number | undefined];
}

const run =
  (options: RunOptions = {}) =>
  (context: PipelineContext) =>
    runHour(context, HOUR, options);
const runNext = (context: PipelineContext) => runHour(context, NEXT_HOUR);
const late = (context: PipelineContext) => runLate(context, HOUR);

function event(minute: number, id: string, page: string, clicks: number | bigint, price: number): string {
  const t = `2026-11-22T10:${String(minute).padStart(2, '0')}:00Z`;
  return `{"t":"${t}","id":"${id}","page":"${page}","clicks":${clicks},"price":${price}}`;
}

/** Seven events of the hour; a duplicate, a stray of the hour before, an unreadable line. */
const FIRST_FILE = [
  event(0, 'e1', 'home', 1, 0.1),
  event(0, 'e2', 'home', 2, 0.2),
  event(1, 'e3', 'about', 3, 0.3),
  event(1, 'e3', 'about', 3, 0.3),
  '{"t":"2026-11-22T09:59:59Z","id":"e4","page":"home","clicks":1,"price":1}',
  'not json',
  event(59, 'e5', 'home', 9_007_199_254_740_993n, 1e16),
];
/** Two more of the hour; a duplicate of the first file. */
const SECOND_FILE = [event(0, 'e6', 'home', 4, 1), event(0, 'e1', 'home', 1, 0.1), event(30, 'e7', 'shop', 5, -1e16)];

/** One event of the next hour; of the hour before it a new one twice, and one that is there already. */
const NEXT_FILE = [
  '{"t":"2026-11-22T11:00:00Z","id":"n1","page":"home","clicks":1,"price":1}',
  event(5, 'e8', 'late', 6, 0.7),
  event(0, 'e2', 'home', 2, 0.2),
  event(5, 'e8', 'late', 6, 0.7),
];

const first = (world: World) => world.place.write('10/a.json', FIRST_FILE);
/** A file that is written again is another one, by its time of change. */
const both = async (world: World, { again } = { again: true }) => {
  if (again) await first(world);
  await world.place.write('10/b.json', SECOND_FILE);
};

export const STORIES: readonly Story[] = [
  { name: 'the first run', before: first, act: run(), kept: [4, undefined] },
  {
    name: 'a rebuild after changed input',
    before: async (world) => {
      await first(world);
      await world.process(run());
      await both(world);
    },
    act: run(),
    kept: [6, undefined],
  },
  {
    name: 'a run after --no-index',
    before: async (world) => {
      await both(world);
      await world.process(run({ noIndex: true }));
    },
    act: run(),
    kept: [6, undefined],
  },
  {
    name: 'a run over an hour in indexing whose input changed',
    before: async (world) => {
      await first(world);
      await world.leaveIndexing(run());
      await both(world);
    },
    act: run(),
    kept: [6, undefined],
  },
  {
    name: 'a run that meets late rows of the hour before',
    before: async (world) => {
      await first(world);
      await world.process(run());
      await world.place.write('11/n.json', NEXT_FILE);
    },
    act: runNext,
    kept: [4, 1],
  },
  {
    name: 'a late merge of rows and a new object',
    before: async (world) => {
      await first(world);
      await world.process(run());
      await world.place.write('11/n.json', NEXT_FILE);
      await world.process(runNext);
      await both(world, { again: false });
    },
    act: late,
    kept: [7, 1],
  },
  {
    name: 'gc',
    before: async (world) => {
      await first(world);
      // Two runs die in stage 1, one before its manifest and one after it, and one finishes.
      for (const effect of [9, 12]) await world.process(run(), 'ports', new Process({ nth: effect, way: CRASH }));
      await world.process(run());
      await both(world);
      await world.process(run(), 'ports', new Process({ nth: 12, way: CRASH }));
      await world.process(run());
    },
    act: (context) => collectGarbage(context, { graceMs: 0, remove: true }),
    kept: [6, undefined],
  },
];
