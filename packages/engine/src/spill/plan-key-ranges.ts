import { compareGroupKeys, type GroupKey } from './group-key.ts';
import type { GroupFrame, GroupRun } from './group-spill.ts';
import type { SpillHandle } from './spill-file.ts';

/** Rows of a frame that belong to a key range: all, or those from `from` on and below `to`. */
export interface FrameSlice {
  readonly file: SpillHandle;
  readonly at: number;
  readonly bytes: number;
  readonly from: GroupKey | null;
  readonly to: GroupKey | null;
}

/** What one worker merges by itself: the groups of a key range from all runs. Plain data. */
export interface KeyRangeTask {
  readonly slices: readonly FrameSlice[];
}

/**
 * Cuts the keys of all runs into ranges of about `rows` groups, counted before equal ones are combined, in the order of keys. The cuts
 * decide who has how much to do and what memory it takes, never what comes out.
 */
export function planKeyRanges(runs: readonly GroupRun[], rows: number): KeyRangeTask[] {
  const cuts = chooseCuts(runs, rows);
  const bounds: (GroupKey | null)[] = [null, ...cuts, null];
  const places = runs.map(() => 0);
  return bounds.slice(1).map((to, index) => {
    const from = bounds[index] ?? null;
    const slices = runs.flatMap((run, r) => {
      const first = places[r] ?? 0;
      const taken = slicesOf(run, first, from, to);
      places[r] = first + taken.done;
      return taken.slices;
    });
    return { slices };
  });
}

/** First keys of frames, `rows` rows from one another; a key is taken once. */
function chooseCuts(runs: readonly GroupRun[], rows: number): GroupKey[] {
  const frames = runs.flatMap(({ frames }) => frames);
  frames.sort((a, b) => compareGroupKeys(a.first, b.first));
  const cuts: GroupKey[] = [];
  let sum = 0;
  for (const frame of frames) {
    const last = cuts.at(-1);
    if (sum >= rows && (last === undefined || compareGroupKeys(last, frame.first) < 0)) {
      cuts.push(frame.first);
      sum = 0;
    }
    sum += frame.rows;
  }
  return cuts;
}

/** The frames of a run, from number `first` on, that have keys in [from, to); and how many of them have none behind it. */
function slicesOf(run: GroupRun, first: number, from: GroupKey | null, to: GroupKey | null) {
  const slices: FrameSlice[] = [];
  let done = 0;
  for (let index = first; index < run.frames.length; index++) {
    const frame = run.frames[index] as GroupFrame;
    if (to !== null && compareGroupKeys(frame.first, to) >= 0) break;
    const next = run.frames[index + 1];
    const endsInside = to === null || (next !== undefined && compareGroupKeys(next.first, to) <= 0);
    const startsInside = from === null || compareGroupKeys(frame.first, from) >= 0;
    const { at, bytes } = frame;
    slices.push({ file: run.file, at, bytes, from: startsInside ? null : from, to: endsInside ? null : to });
    if (!endsInside) break;
    done++;
  }
  return { slices, done };
}
