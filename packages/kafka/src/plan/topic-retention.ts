import type { KafkaClient } from '../client/kafka-client.ts';

/** The settings of a topic that let records vanish from the start of its log. */
export interface TopicRetention {
  /** `retention.ms`. Null: unlimited. */
  readonly maxAgeMs: number | null;
  /** `retention.bytes`, of each partition. Null: unlimited. */
  readonly maxBytes: number | null;
  /** `cleanup.policy` has `delete`: without it neither of the two holds. */
  readonly deletes: boolean;
}

/** @throws HM_INPUT_004 without the ACL `DescribeConfigs` */
export async function readRetention(client: KafkaClient, topic: string, signal?: AbortSignal): Promise<TopicRetention> {
  const keys = ['retention.ms', 'retention.bytes', 'cleanup.policy'] as const;
  const settings = await client.topicSettings(topic, keys, signal);
  return {
    maxAgeMs: limit(settings['retention.ms']),
    maxBytes: limit(settings['retention.bytes']),
    deletes: settings['cleanup.policy']?.split(',').some((policy) => policy.trim() === 'delete') ?? true,
  };
}

/** -1 is Kafka's word for none. */
function limit(value: string | null): number | null {
  const number = value === null ? -1 : Number(value);
  return number < 0 ? null : number;
}
