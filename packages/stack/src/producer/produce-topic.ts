import { HourmillError } from '@hourmill/core';
import type { Admin } from 'kafkajs';

/** As the producer's option names them; how the broker keeps a topic with it. */
const COMPRESSION_TYPES = {
  none: 'uncompressed',
  gzip: 'gzip',
  snappy: 'snappy',
  lz4: 'lz4',
  zstd: 'zstd',
} as const;

export type ProduceCodec = keyof typeof COMPRESSION_TYPES;

/** As Kafka's protocol numbers what can have a configuration. */
const TOPIC_RESOURCE = 2;

export interface WantedTopic {
  readonly topic: string;
  /** Default: what the topic has; 1 for a new one. */
  readonly partitions?: number;
  /** Default: what the topic has; none for a new one. */
  readonly codec?: ProduceCodec;
}

/**
 * Makes the topic unless it is there, and returns its number of partitions. The codec is the topic's `compression.type`,
 * by which the broker compresses (docs/decisions/0011). Throws HM_USAGE_001 when the topic is there and another one.
 */
export async function provideTopic(admin: Admin, wanted: WantedTopic): Promise<number> {
  const { topic, partitions = 1, codec } = wanted;
  if (!(await admin.listTopics()).includes(topic)) {
    const configEntries = codec === undefined ? [] : [{ name: 'compression.type', value: COMPRESSION_TYPES[codec] }];
    const created = { topic, numPartitions: partitions, replicationFactor: 1, configEntries };
    await admin.createTopics({ topics: [created], waitForLeaders: true });
  }
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const found = topics[0]?.partitions.length ?? 0;
  if (wanted.partitions !== undefined && found !== wanted.partitions) {
    throw differs(topic, `${found} partitions, not ${wanted.partitions}`);
  }
  if (codec !== undefined) await checkCodec(admin, topic, codec);
  return found;
}

async function checkCodec(admin: Admin, topic: string, codec: ProduceCodec): Promise<void> {
  const resource = { type: TOPIC_RESOURCE, name: topic, configNames: ['compression.type'] };
  const { resources } = await admin.describeConfigs({ resources: [resource], includeSynonyms: false });
  const found = resources[0]?.configEntries[0]?.configValue;
  if (found !== COMPRESSION_TYPES[codec]) {
    throw differs(topic, `compression.type ${found}, not ${COMPRESSION_TYPES[codec]}`);
  }
}

function differs(topic: string, difference: string): HourmillError {
  return new HourmillError('HM_USAGE_001', `Topic ${topic} is there and has ${difference}. Take another topic`);
}
