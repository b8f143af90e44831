import { HourmillError, isHourmillError } from '@hourmill/core';
import type { KafkaClient } from '../client/kafka-client.ts';
import { isKafkaError } from '../protocol/kafka-errors.ts';
import { EARLIEST, LATEST } from '../protocol/list-offsets.ts';
import type { BatchSummary } from './batch-summary.ts';
import { readBatchHeaders } from './read-batch-headers.ts';
import type { LogPoint, TopicLog } from './topic-log.ts';
import { readRetention, type TopicRetention } from './topic-retention.ts';

/**
 * A topic's log as its brokers tell it. It stays with the topic that is there now: {@link TopicLog.batches} refuses one that was
 * made anew under the name.
 * @throws HM_INPUT_001 when there is no such topic, HM_INPUT_004, HM_INPUT_005
 */
export async function openBrokerLog(client: KafkaClient, topic: string, signal?: AbortSignal): Promise<TopicLog> {
  const { topicId, partitions } = await client.topic(topic, signal);
  const numbers = partitions.map(({ partition }) => partition);
  return new BrokerLog(client, topic, topicId, numbers);
}

class BrokerLog implements TopicLog {
  readonly #client: KafkaClient;
  readonly topic: string;
  readonly topicId: string;
  readonly partitions: readonly number[];

  constructor(client: KafkaClient, topic: string, topicId: string, partitions: readonly number[]) {
    this.#client = client;
    this.topic = topic;
    this.topicId = topicId;
    this.partitions = partitions;
  }

  async offsets(
    point: LogPoint,
    partitions: readonly number[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<number, number | null>> {
    const timestamp = timestampOf(point);
    const queries = partitions.map((partition) => ({ partition, timestamp }));
    const isolation = point.at === 'stable end' ? 'read_committed' : 'read_uncommitted';
    const listed = await this.#client.offsets(this.topic, queries, { isolation, signal });
    return new Map(listed.map(({ partition, offset }) => [partition, offset < 0 ? null : offset]));
  }

  async batches(
    partition: number,
    offset: number,
    maxBytes: number,
    signal?: AbortSignal,
  ): Promise<readonly BatchSummary[]> {
    const { topic, topicId } = this;
    const place = `${topic}/${partition}`;
    const { errorCode, records, logStartOffset } = await this.#client.fetchOnce(
      { isolation: 'read_uncommitted', topic, topicId, partition, offset, maxBytes },
      { signal },
    );
    const context = { topic, partition, offset };
    if (isKafkaError(errorCode, 'OFFSET_OUT_OF_RANGE')) {
      const message = `offset ${offset} of ${place} was removed while the hour was planned: the log begins at ${logStartOffset} now`;
      throw new HourmillError('HM_INPUT_006', message, { context });
    }
    if (errorCode !== 0) {
      const message = `topic ${topic} was deleted, or made anew, while the hour was planned`;
      throw new HourmillError('HM_INPUT_007', message, { context });
    }
    return readBatchHeaders(records, place);
  }

  async retention(signal?: AbortSignal): Promise<TopicRetention | null> {
    try {
      return await readRetention(this.#client, this.topic, signal);
    } catch (error) {
      if (isHourmillError(error, 'HM_INPUT_004')) return null;
      throw error;
    }
  }
}

function timestampOf(point: LogPoint): number {
  switch (point.at) {
    case 'start':
      return EARLIEST;
    case 'end':
    case 'stable end':
      return LATEST;
    case 'time':
      return point.timeMs;
  }
}
