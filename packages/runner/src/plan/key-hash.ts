import { sha256 } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';

/** What the fingerprints of a program are of: those of another hash say nothing of its keys. Undefined without deduplication. */
export function keyHashOf({ deduplicate, kafkaFields }: Program): string | undefined {
  if (deduplicate === null) return undefined;
  // What Kafka knows of a message is no field of an event in a file.
  return sha256(JSON.stringify([deduplicate.key, kafkaFields ?? false]));
}
