import { suggest } from './document/suggestion.ts';
import type { FieldPath } from './program.ts';

/** What Kafka knows of a message, besides `headers`. */
const FIELDS = ['key', 'timestamp', 'offset', 'partition'];
const EXPECTED = 'expected kafka.key, kafka.timestamp, kafka.offset, kafka.partition or kafka.headers.NAME';

/** What is wrong with a field of a message of Kafka; null when it is one, or lies in the JSON of the value. */
export function kafkaFieldTrouble([root, field, name, ...more]: FieldPath): string | null {
  if (root !== 'kafka') return null;
  if (field === undefined) return `a field that begins with kafka is what Kafka knows of a message; ${EXPECTED}`;
  if (field === 'headers') {
    if (name === undefined) return 'the name of the header is missing; expected kafka.headers.NAME';
    return more.length === 0 ? null : `a header has no fields; a name with a dot is written kafka.headers["a.b"]`;
  }
  if (!FIELDS.includes(field)) {
    const nearest = suggest(field, [...FIELDS, 'headers']);
    return `${nearest === null ? '' : `did you mean "kafka.${nearest}"? `}${EXPECTED}`;
  }
  return name === undefined ? null : `kafka.${field} has no fields; ${EXPECTED}`;
}
