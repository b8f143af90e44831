import { HourmillError } from '@hourmill/core';
import { isKafkaError, kafkaError } from '../protocol/kafka-errors.ts';

/** What was asked of a topic, as Kafka's ACLs name it. */
type TopicOperation = 'Describe' | 'Read' | 'DescribeConfigs';

export interface AskedPartition {
  readonly topic: string;
  /** Without it the question was about the whole topic. */
  readonly partition?: number;
  readonly operation: TopicOperation;
}

/**
 * An error code in a broker's answer about a topic: HM_INPUT_004 names the ACL that is missing, HM_INPUT_001 says that there is
 * no such topic, HM_INPUT_005 may pass by itself (retryable), or be one that we do not expect (not retryable).
 */
export function partitionError(errorCode: number, asked: AskedPartition): HourmillError {
  const { topic, partition, operation } = asked;
  const { name, retriable } = kafkaError(errorCode);
  const place = partition === undefined ? `topic ${topic}` : `topic ${topic}, partition ${partition}`;
  const context = { topic, partition, kafkaError: name };
  if (isKafkaError(errorCode, 'TOPIC_AUTHORIZATION_FAILED')) {
    const message = `Kafka does not allow it: add the ACL \`${operation} on Topic:${topic}\` for the user of source.sasl`;
    return new HourmillError('HM_INPUT_004', message, { context });
  }
  if (isKafkaError(errorCode, 'CLUSTER_AUTHORIZATION_FAILED')) {
    return new HourmillError('HM_INPUT_004', 'Kafka does not allow it: add the ACL `Describe on Cluster`', { context });
  }
  if (isKafkaError(errorCode, 'UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_TOPIC_EXCEPTION') && partition === undefined) {
    return new HourmillError('HM_INPUT_001', `Kafka has no topic ${topic}: correct source.topic`, { context });
  }
  return new HourmillError('HM_INPUT_005', `${place}: the broker answers ${name}`, { context, retryable: retriable });
}
