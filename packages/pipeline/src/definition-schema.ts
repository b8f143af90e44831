import * as z from 'zod';
import { druid } from './schema/druid.ts';
import { deduplicate, format, timestamp } from './schema/format.ts';
import { output } from './schema/output.ts';
import { rollup } from './schema/rollup.ts';
import { duration, filterText, positiveDuration, ratio, size } from './schema/scalars.ts';
import { source } from './schema/source.ts';

const schedule = z
  .strictObject({
    delay: duration.prefault('PT0S').describe('How long after its end an hour is due. Default: PT0S.'),
    lateness: duration
      .prefault('PT0S')
      .describe(
        'Events that later hours meet up to so long before themselves are kept, to be merged into their own hour with ' +
          '`hourmill backfill --only-late`. Default: PT0S, none.',
      ),
  })
  .transform(({ delay, lateness }) => ({ delayMs: delay, latenessMs: lateness }))
  .prefault({})
  .describe('When an hour is due.');

const guards = z
  .strictObject({
    maxShrinkRatio: ratio
      .prefault(0.2)
      .describe('Do not replace an hour by one that has lost more than this share of its events. Default: 0.2.'),
    maxRejectedRatio: ratio
      .prefault(0.001)
      .describe('Do not publish an hour of which more than this share of the records was rejected. Default: 0.001.'),
  })
  .prefault({})
  .describe('When a result is too bad to be published.');

const limits = z
  .strictObject({
    memory: size.prefault('4GiB').describe('Memory of a run. Default: 4GiB.'),
    disk: size.prefault('50GiB').describe('Temporary disk space of a run. Default: 50GiB.'),
    maxRecordBytes: size.prefault('1MiB').describe('A longer record is rejected. Default: 1MiB.'),
    maxRejectedBytes: size.prefault('256MiB').describe('A run with more rejected bytes fails. Default: 256MiB.'),
    maxLateBytes: size
      .prefault('256MiB')
      .describe('A run that keeps more bytes of late events fails. Default: 256MiB.'),
    runtime: positiveDuration.prefault('PT1H').describe('A run that takes longer fails. Default: PT1H.'),
  })
  .transform(({ memory, disk, maxRecordBytes, maxRejectedBytes, maxLateBytes, runtime }) => ({
    memoryBytes: memory,
    diskBytes: disk,
    maxRecordBytes,
    maxRejectedBytes,
    maxLateBytes,
    runtimeMs: runtime,
  }))
  .prefault({})
  .describe('What a run may use. Sizes: 4GiB, 500MB, or bytes. Durations: ISO 8601.');

/**
 * The definition file (DESIGN.md section 3): its type, its validation and its JSON Schema. Parsing fills in every
 * default; sizes become bytes, durations milliseconds, secrets `Secret`. Paths stay as written.
 */
export const definitionSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'expected letters, digits, "_" and "-", the first a letter or digit')
    .describe('The name of the pipeline; its folder in the store.'),
  source,
  format,
  timestamp,
  deduplicate: deduplicate.optional(),
  filter: filterText
    .optional()
    .describe(
      "Keep only events for which this is true, for example: type = 'impression' and price >= 0. Leave out: keep all.",
    ),
  rollup,
  output,
  druid: druid.optional(),
  schedule,
  guards,
  limits,
});

/** A checked definition with every default filled in. */
export type Definition = z.output<typeof definitionSchema>;
