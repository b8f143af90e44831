import { sha256 } from '@hourmill/core';
import type { Definition } from './definition-schema.ts';
import type { Program } from './program.ts';

/** Changes when the hashed text of an unchanged definition would change; every hour then counts as changed. */
const HASH_FORMAT = 'hourmill-definition-1';

/**
 * sha256 (hex) of all in a definition that shapes its output: what is read (not where the service stands), every step of
 * the program, the columns, the compression, the data source and, of the limits, `maxRecordBytes`, because it decides
 * which records are rejected. Other limits, guards, schedule, addresses, credentials and the store do not count, nor do comments, the order of keys, or which of two ways to write the same thing was chosen.
 * @param definition with its paths as written, so that the folder it lies in does not count
 */
export function hashDefinition(definition: Definition, program: Program): string {
  const { format, rollup, output, druid, limits } = definition;
  const shaping = {
    hash: HASH_FORMAT,
    source: sourceFacts(definition.source),
    format,
    segmentGranularity: rollup.segmentGranularity,
    program,
    compression: output.compression,
    dataSource: druid?.dataSource ?? null,
    maxRecordBytes: limits.maxRecordBytes,
    ...(definition.deduplicate === undefined || definition.deduplicate.lookbackMs === 0
      ? {}
      : { lookbackMs: definition.deduplicate.lookbackMs }),
  };
  return sha256(canonicalJson(shaping));
}

function sourceFacts(source: Definition['source']): unknown {
  switch (source.type) {
    case 'files':
      return { type: source.type, paths: source.paths, window: source.window };
    case 's3':
      return { type: source.type, bucket: source.bucket, prefix: source.prefix, window: source.window };
    case 'kafka': {
      const { type, topic, isolation, tombstones, window } = source;
      return { type, topic, isolation, tombstones, window };
    }
  }
}

/** JSON without spaces, the keys of every object in the order of their UTF-16 units. For plain data. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
