import { HourmillError, type KafkaSplit } from '@hourmill/core';
import { KAFKA_DAMAGE } from '@hourmill/kernel';

/** What is wrong with a record batch of a split. A value: with `--accept-loss` it is no failure. */
export class BatchDamage {
  readonly detail: string;

  constructor(detail: string) {
    this.detail = detail;
  }
}

/** @param answer of the kernel, below 0 */
export function batchDamage(answer: number): BatchDamage {
  return new BatchDamage(KAFKA_DAMAGE[answer] ?? `damage ${answer}`);
}

/** @param offset from which on the records are not readable */
export function damagedBatch(
  { topic, partition, id }: KafkaSplit,
  offset: number,
  { detail }: BatchDamage,
): HourmillError {
  return new HourmillError(
    'HM_INPUT_008',
    `partition ${partition} of topic ${topic} has a damaged record batch at offset ${offset}: ${detail}; another replica may ` +
      'have it whole (make it the leader and run again), or build the hour without it with --accept-loss',
    { context: { split: id, topic, partition, offset } },
  );
}

export function oldFormat({ topic, partition, id }: KafkaSplit, offset: number): HourmillError {
  return new HourmillError(
    'HM_INPUT_009',
    `partition ${partition} of topic ${topic} holds messages of a format from before Kafka 0.11 (magic 0 or 1) from offset ${offset} on; ` +
      'copy the topic with a newer client and read the copy',
    { context: { split: id, topic, partition, offset } },
  );
}
