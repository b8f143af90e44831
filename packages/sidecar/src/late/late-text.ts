import { invariant } from '@hourmill/core';
import type { LateRow, MessageText } from './late-row.ts';

/**
 * A late row as a line of JSON that means what the record meant, to an engine over files. What stands in a record between strings may
 * be a line feed; in a line it is a space.
 * @param withKafkaFields whether what Kafka knew of the message is a field of the event too, in place of the event's own member
 *   `kafka`: of two members of one name the last counts. What has no such text (a key or header that is not valid UTF-8, a
 *   timestamp beyond 2^53) is an object there: no column takes one, and to a filter it is null
 */
export function lateText(row: LateRow, withKafkaFields: boolean): string {
  const raw = row.raw.replaceAll('\n', ' ');
  if (!withKafkaFields) return raw;
  const end = raw.lastIndexOf('}');
  const members = raw.slice(0, end);
  const separator = members.trimEnd().endsWith('{') ? '' : ',';
  return `${members}${separator}"kafka":${kafkaText(row)}}`;
}

function kafkaText({ source, record, timestamp, key, headers }: LateRow): string {
  invariant(
    timestamp !== undefined && key !== undefined && headers !== undefined,
    'the late row was a message of Kafka',
  );
  const partition = Number(source.slice(source.lastIndexOf('/') + 1));
  const values = new Map(headers);
  // Not by an object, in which `__proto__` were no member like others.
  const headerTexts = [...values].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const facts = { key, timestamp: numberText(timestamp), offset: record, partition } satisfies Record<
    string,
    MessageText | object | number
  >;
  return `${JSON.stringify(facts).slice(0, -1)},"headers":{${headerTexts.join(',')}}}`;
}

function numberText(value: number): number | object {
  return Number.isSafeInteger(value) ? value : { unsafe: String(value) };
}
