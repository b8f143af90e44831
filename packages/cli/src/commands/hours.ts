import {
  chunkAt,
  chunksBetween,
  HourmillError,
  parseChunkStart,
  SEGMENT_GRANULARITIES,
  type TimeChunk,
} from '@hourmill/core';
import type { Definition } from '@hourmill/pipeline';

type Rollup = Definition['rollup'];

/** `--hour`: the start of a chunk, or `previous`, the last whole chunk before now. @throws HM_USAGE_002 */
export function hourOf(text: string, { segmentGranularity }: Rollup, nowMs: number): TimeChunk {
  if (text === 'previous') return chunkAt(nowMs - SEGMENT_GRANULARITIES[segmentGranularity], segmentGranularity);
  // A date alone would silently mean its first hour.
  if (segmentGranularity !== 'day' && /^\d{4}-\d{2}-\d{2}$/.test(text)) {
    throw new HourmillError(
      'HM_USAGE_002',
      `"${text}" is a whole day; --hour takes the start of one hour, such as ${text}T10`,
    );
  }
  return chunkAt(parseChunkStart(text, segmentGranularity), segmentGranularity);
}

/** `--from` and `--to`: the chunks of `[from, to)`. @throws HM_USAGE_001 for an empty range, HM_USAGE_002 */
export function hoursOf(from: string, to: string, { segmentGranularity }: Rollup): TimeChunk[] {
  const fromMs = parseChunkStart(from, segmentGranularity);
  const toMs = parseChunkStart(to, segmentGranularity);
  if (fromMs >= toMs) throw new HourmillError('HM_USAGE_001', `--from ${from} must lie before --to ${to}`);
  return chunksBetween(fromMs, toMs, segmentGranularity);
}

/** Of a command that takes both ends or none. @throws HM_USAGE_001 when one is missing */
export function rangeOf(
  command: string,
  from: string | undefined,
  to: string | undefined,
  rollup: Rollup,
): TimeChunk[] {
  if (from !== undefined && to !== undefined) return hoursOf(from, to, rollup);
  throw new HourmillError('HM_USAGE_001', `${command} takes both --from and --to, or neither`);
}

export const DAY_MS = 24 * 3600_000;

/** The whole chunks that ended within the day before now. */
export function lastDay(nowMs: number, { segmentGranularity }: Rollup): TimeChunk[] {
  const endMs = chunkAt(nowMs, segmentGranularity).startMs;
  return chunksBetween(endMs - DAY_MS, endMs, segmentGranularity);
}
