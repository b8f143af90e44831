import { isoMillis, type Loss, type Millis } from '@hourmill/core';
import type { TopicRetention } from './topic-retention.ts';

/** A partition whose log begins where the records begin that a run wants, or hardly before: older ones may have been wanted too. */
export interface CutStart {
  readonly topic: string;
  readonly partition: number;
  /** The first offset that is there, > 0. */
  readonly logStart: number;
  /** The log begins inside a batch: only DeleteRecords does that, retention removes whole files. */
  readonly isInsideBatch: boolean;
}

/**
 * What may be missing of the window before the start of the log; null when nothing can be. Retention by age removes a file only when
 * its *latest* time is older than `retention.ms`, so it has left alone whatever is younger. That is all that clears a partition:
 * retention by size, DeleteRecords and settings that cannot be read do not. Not told apart from retention by age: DeleteRecords
 * up to the start of a batch, and a shorter `retention.ms` that was set for a time.
 */
export function findLoss(
  { topic, partition, logStart, isInsideBatch }: CutStart,
  fromMs: Millis,
  retention: TopicRetention | null,
  nowMs: Millis,
): Loss | null {
  const why = isInsideBatch ? 'DeleteRecords removed records before it' : suspicion(topic, fromMs, retention, nowMs);
  if (why === null) return null;
  return {
    source: `kafka:${topic}/${partition}`,
    reason: `the log begins at offset ${logStart}, and records from ${isoMillis(fromMs)} on may have been before it: ${why}`,
    code: 'HM_INPUT_006',
  };
}

function suspicion(topic: string, fromMs: Millis, retention: TopicRetention | null, nowMs: Millis): string | null {
  if (retention === null) {
    return `whether retention could have removed them is not known without the ACL DescribeConfigs on Topic:${topic}`;
  }
  const { maxAgeMs, maxBytes, deletes } = retention;
  if (deletes && maxBytes !== null) return `retention.bytes=${maxBytes} removes records of any age`;
  if (!deletes || maxAgeMs === null) {
    return 'the topic has no retention now, so DeleteRecords or an earlier retention removed records';
  }
  const oldestMs = nowMs - maxAgeMs;
  if (fromMs > oldestMs) return null;
  return `retention.ms=${maxAgeMs} removes what is older than ${isoMillis(oldestMs)}`;
}
