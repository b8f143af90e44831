import { chunkAt, type Millis, type Plan, type Split } from '@hourmill/core';

/**
 * Which hour a stray is late for, by the rules of a plan: null where it is not, as for every stray of a plan without rules.
 * @param split its index in the plan
 * @param record its ordinal in the split; of a message its offset
 */
export type LateHour = (split: number, record: number, timeMs: Millis) => Millis | null;

export function lateHours({ late, chunk, splits }: Pick<Plan, 'late' | 'chunk' | 'splits'>): LateHour {
  if (late === undefined) return () => null;
  const own = splits.map((_, index) => late.own.filter(({ split }) => split === index));
  return (split, record, timeMs) => {
    if (timeMs >= chunk.startMs) return null;
    const hourMs = chunkAt(timeMs, chunk.granularity).startMs;
    if (hourMs < late.fromMs) return null;
    const isOwn = own[split]?.some(({ fromMs, toMs, offsets }) => {
      const isOffset = offsets === null || (record >= offsets.from && record < offsets.to);
      return timeMs >= fromMs && timeMs < toMs && isOffset;
    });
    return isOwn === true ? null : hourMs;
  };
}

/** The first half of a late row's position, the same in every run that reads these bytes; the second half is the record's ordinal or offset. */
export function lateSource(split: Split): string {
  return split.type === 'object' ? `${split.id}#${split.etag}` : `kafka:${split.topicId}/${split.partition}`;
}
