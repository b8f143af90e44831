import { type ErrorCode, HourmillError, type KafkaSplit } from '@hourmill/core';

/** HM_INPUT_006. @param firstOffset that the log still has */
export function offsetsGone(split: KafkaSplit, offset: number, firstOffset: number): HourmillError {
  return changed(
    'HM_INPUT_006',
    split,
    `offsets ${offset} to ${Math.min(firstOffset, split.endOffset)} of the planned ${rangeText(split)} are gone: the log begins at ` +
      `${firstOffset} now (retention or DeleteRecords). Read the hour from where it was archived; --accept-loss builds it from what is left`,
  );
}

/** HM_INPUT_007. @param endOffset that the log has now */
export function logCut(split: KafkaSplit, endOffset: number): HourmillError {
  return changed(
    'HM_INPUT_007',
    split,
    `the log ends at offset ${endOffset} now, before the end of the planned ${rangeText(split)}: it was cut, as an unclean ` +
      'leader election does. Find out what was lost, then run again with --force, which plans anew',
  );
}

/** HM_INPUT_007. @param offset from which on the log is another one */
export function logDiverged(split: KafkaSplit, offset: number): HourmillError {
  return changed(
    'HM_INPUT_007',
    split,
    `from offset ${offset} on the log is not the one that was read before: an unclean leader election cut it. Find out what was ` +
      'lost, then run again with --force, which plans anew',
  );
}

/** HM_INPUT_007. @param topicId that the name has now, null if there is no such topic */
export function topicReplaced(split: KafkaSplit, topicId: string | null): HourmillError {
  const now = topicId === null ? 'deleted' : `deleted and made anew (topic id ${topicId})`;
  return changed(
    'HM_INPUT_007',
    split,
    `the topic was ${now} since the plan (topic id ${split.topicId}), so ${rangeText(split)} are not what they were. Find out ` +
      'what was lost, then run again with --force, which plans anew',
  );
}

/** HM_INPUT_010. @param stableOffset behind which a transaction is open */
export function transactionOpen(split: KafkaSplit, stableOffset: number): HourmillError {
  return changed(
    'HM_INPUT_010',
    split,
    `a transaction that began at offset ${stableOffset} is open, before the end of the planned ${rangeText(split)}. Run again ` +
      'once its producer has ended it, or transaction.max.timeout.ms has',
  );
}

function changed(
  code: ErrorCode,
  { id, topic, partition, startOffset, endOffset }: KafkaSplit,
  text: string,
): HourmillError {
  return new HourmillError(code, `topic ${topic}, partition ${partition}: ${text}`, {
    context: { split: id, topic, partition, startOffset, endOffset },
  });
}

function rangeText({ startOffset, endOffset }: KafkaSplit): string {
  return `offsets ${startOffset} to ${endOffset}`;
}
