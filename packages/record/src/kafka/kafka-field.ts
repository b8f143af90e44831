import { invariant } from '@hourmill/core';
import type { FieldPath, Program } from '@hourmill/pipeline';
import { usedPaths } from '../judge/used-paths.ts';
import { pathText } from '../values/field.ts';

/** A field that is not of the event but of the message of Kafka that carried it. */
export type KafkaField =
  | { readonly kind: 'key' | 'timestamp' | 'offset' | 'partition' }
  | { readonly kind: 'header'; readonly name: string };

/** The key of an event below which Kafka's fields are; a member of that name is hidden. */
export const KAFKA_ROOT = 'kafka';

/** Null for a field of the event. The program must come from a checked definition: other fields below `kafka` are refused there. */
export function kafkaFieldOf(program: Program, path: FieldPath): KafkaField | null {
  const [root, field, ...rest] = path;
  if (program.kafkaFields !== true || root !== KAFKA_ROOT) return null;
  const [name, ...more] = rest;
  if (field === 'headers' && name !== undefined && more.length === 0) return { kind: 'header', name };
  const isPlain = field === 'key' || field === 'timestamp' || field === 'offset' || field === 'partition';
  invariant(isPlain && rest.length === 0, `${pathText(path)} is a field that Kafka gives`);
  return { kind: field };
}

/** Which parts of messages a program looks at, of those that take bytes: the others need not be read. */
export interface MessageParts {
  readonly key: boolean;
  readonly headers: boolean;
}

export function messageParts(program: Program): MessageParts {
  const kinds = new Set(usedPaths(program).map((path) => kafkaFieldOf(program, path)?.kind));
  return { key: kinds.has('key'), headers: kinds.has('header') };
}
