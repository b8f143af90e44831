/**
 * Error codes of Kafka that answers to our requests can carry. Source: `org.apache.kafka.common.protocol.Errors` of Kafka 4.4,
 * https://kafka.apache.org/protocol#protocol_error_codes; `retriable` as there.
 */
const ERRORS = [
  { code: -1, name: 'UNKNOWN_SERVER_ERROR', retriable: false },
  { code: 0, name: 'NONE', retriable: false },
  { code: 1, name: 'OFFSET_OUT_OF_RANGE', retriable: false },
  { code: 2, name: 'CORRUPT_MESSAGE', retriable: true },
  { code: 3, name: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: true },
  { code: 5, name: 'LEADER_NOT_AVAILABLE', retriable: true },
  { code: 6, name: 'NOT_LEADER_OR_FOLLOWER', retriable: true },
  { code: 7, name: 'REQUEST_TIMED_OUT', retriable: true },
  { code: 8, name: 'BROKER_NOT_AVAILABLE', retriable: false },
  { code: 9, name: 'REPLICA_NOT_AVAILABLE', retriable: true },
  { code: 13, name: 'NETWORK_EXCEPTION', retriable: true },
  { code: 17, name: 'INVALID_TOPIC_EXCEPTION', retriable: false },
  { code: 29, name: 'TOPIC_AUTHORIZATION_FAILED', retriable: false },
  { code: 31, name: 'CLUSTER_AUTHORIZATION_FAILED', retriable: false },
  { code: 33, name: 'UNSUPPORTED_SASL_MECHANISM', retriable: false },
  { code: 34, name: 'ILLEGAL_SASL_STATE', retriable: false },
  { code: 35, name: 'UNSUPPORTED_VERSION', retriable: false },
  { code: 41, name: 'NOT_CONTROLLER', retriable: true },
  { code: 42, name: 'INVALID_REQUEST', retriable: false },
  { code: 43, name: 'UNSUPPORTED_FOR_MESSAGE_FORMAT', retriable: false },
  { code: 56, name: 'KAFKA_STORAGE_ERROR', retriable: true },
  { code: 58, name: 'SASL_AUTHENTICATION_FAILED', retriable: false },
  { code: 72, name: 'LISTENER_NOT_FOUND', retriable: true },
  { code: 74, name: 'FENCED_LEADER_EPOCH', retriable: true },
  { code: 75, name: 'UNKNOWN_LEADER_EPOCH', retriable: true },
  { code: 76, name: 'UNSUPPORTED_COMPRESSION_TYPE', retriable: false },
  { code: 78, name: 'OFFSET_NOT_AVAILABLE', retriable: true },
  { code: 89, name: 'THROTTLING_QUOTA_EXCEEDED', retriable: true },
  { code: 100, name: 'UNKNOWN_TOPIC_ID', retriable: true },
  { code: 103, name: 'INCONSISTENT_TOPIC_ID', retriable: true },
] as const;

export type KafkaErrorName = (typeof ERRORS)[number]['name'];

interface KafkaError {
  readonly code: number;
  /** As Kafka names it; `error 123` for one that is not in the table. */
  readonly name: KafkaErrorName | `error ${number}`;
  /** Whether the same request may succeed later, perhaps at another broker. */
  readonly retriable: boolean;
}

const BY_CODE = new Map<number, KafkaError>(ERRORS.map((error) => [error.code, error]));

export function kafkaError(code: number): KafkaError {
  return BY_CODE.get(code) ?? { code, name: `error ${code}`, retriable: false };
}

export function isKafkaError(code: number, ...names: readonly KafkaErrorName[]): boolean {
  return names.some((name) => name === kafkaError(code).name);
}
