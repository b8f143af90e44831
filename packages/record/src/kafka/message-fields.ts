import { invariant } from '@hourmill/core';
import type { FieldPath, Program } from '@hourmill/pipeline';
import { JsonNumber, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { decodeUtf8 } from '../judge/decode-record.ts';
import { Reject } from '../judge/reject.ts';
import { usedPaths } from '../judge/used-paths.ts';
import { pathText } from '../values/field.ts';
import { KAFKA_ROOT, type KafkaField, kafkaFieldOf } from './kafka-field.ts';
import type { MessageFacts } from './message-facts.ts';

/**
 * Compiles the use that a program makes of what Kafka knows: adds it to an event, as far as a field is of it, in place of what
 * the event itself has below `kafka`. A field that cannot be said is a Reject: HM_EVENT_002 a key or a header that is not valid
 * UTF-8, HM_EVENT_004 a number that is not below 2^53. A header that is missing is a missing field.
 */
export function messageFields(program: Program): (event: JsonObject, message?: MessageFacts) => JsonObject | Reject {
  const fields = usedPaths(program).flatMap((path) => {
    const field = kafkaFieldOf(program, path);
    return field === null ? [] : [{ path, field }];
  });
  if (fields.length === 0) return (event) => event;
  return (event, message) => {
    invariant(message !== undefined, 'a record of Kafka has the facts of its message');
    const facts = new Map<string, JsonValue>();
    const headers = new Map<string, JsonValue>();
    for (const { path, field } of fields) {
      const value = factOf(message, field, path);
      if (value instanceof Reject) return value;
      if (value === undefined) continue;
      if (field.kind === 'header') headers.set(field.name, value);
      else facts.set(field.kind, value);
    }
    return new Map([...event, [KAFKA_ROOT, facts.set('headers', headers)]]);
  };
}

/** Undefined for a header that the message has not. */
function factOf(message: MessageFacts, field: KafkaField, path: FieldPath): JsonValue | undefined | Reject {
  switch (field.kind) {
    case 'key':
      return textOf(message.key, path);
    case 'timestamp':
      return numberOf(message.timestampMs, path);
    case 'offset':
      return numberOf(message.offset, path);
    case 'partition':
      return numberOf(message.partition, path);
    case 'header': {
      const last = message.headers.findLast(({ key }) => key === field.name);
      return last === undefined ? undefined : textOf(last.value, path);
    }
  }
}

function textOf(bytes: Uint8Array | null, path: FieldPath): string | null | Reject {
  if (bytes === null) return null;
  return decodeUtf8(bytes) ?? new Reject('HM_EVENT_002', `${pathText(path)} is not valid UTF-8`);
}

function numberOf(value: number, path: FieldPath): JsonNumber | Reject {
  if (Number.isSafeInteger(value)) return new JsonNumber(String(value));
  return new Reject('HM_EVENT_004', `${pathText(path)} is ${value}, beyond 2^53`);
}
