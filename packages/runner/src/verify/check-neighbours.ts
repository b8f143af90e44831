import type { KafkaRange, Plan } from '@hourmill/core';
import type { Findings } from './hour-chain.ts';

/**
 * Compares the ranges of two hours that follow one another: between them no offset may be nobody's, and no range may begin or end before
 * that of the earlier hour. That they overlap is what `source.window` is for.
 */
export function checkTiling(before: Plan, after: Plan, findings: Findings): void {
  if (before.ranges === undefined || after.ranges === undefined) return;
  let overlap = 0;
  for (const range of before.ranges) {
    const next = after.ranges.find(({ topic, partition }) => topic === range.topic && partition === range.partition);
    if (next === undefined) checkGone(range, after, findings);
    else overlap += checkPair(before.hour, range, next, after, findings);
  }
  if (overlap > 0) findings.note(`overlaps the hour before by ${overlap} offset(s)`);
}

function checkGone({ topic, partition }: KafkaRange, { ranges = [] }: Plan, findings: Findings): void {
  if (ranges.some((range) => range.topic === topic)) {
    findings.break('ranges', `partition ${partition} of ${topic} is not read any more`);
  } else findings.note(`reads another topic than the hour before, which read ${topic}`);
}

/** How many offsets both read. */
function checkPair(hour: string, range: KafkaRange, next: KafkaRange, after: Plan, findings: Findings): number {
  const place = `${range.topic}/${range.partition}`;
  if (range.topicId !== next.topicId) {
    findings.break(
      'topic',
      `${range.topic} was made anew: ${hour} read topic id ${range.topicId}, this hour ${next.topicId}`,
    );
    return 0;
  }
  if (next.startOffset > range.endOffset) {
    const hole = `offsets ${range.endOffset} to ${next.startOffset} of ${place} lie between ${hour} and this hour, which read neither`;
    if (after.losses.some(({ source }) => source === `kafka:${place}`))
      findings.note(`${hole}; that loss was accepted`);
    else findings.break('ranges', hole);
  }
  const isTurned = next.startOffset < range.startOffset || next.endOffset < range.endOffset;
  findings.expect(
    !isTurned,
    'ranges',
    `offsets ${next.startOffset} to ${next.endOffset} of ${place} do not come behind those of ${hour}, ${range.startOffset} to ${range.endOffset}`,
  );
  return Math.max(0, range.endOffset - next.startOffset);
}
