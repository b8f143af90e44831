import * as z from 'zod';
import { TIMESTAMP_FORMATS } from '../program.ts';
import { choice, duration, fieldPath } from './scalars.ts';

function notBuilt(format: string): string {
  return `${format} is not built yet; expected "json"`;
}

/** How bytes become records. */
export const format = z
  .strictObject({
    type: choice(['json'], {
      csv: notBuilt('CSV'),
      tsv: notBuilt('TSV'),
      avro: notBuilt('Avro'),
      protobuf: notBuilt('Protobuf'),
      parquet: notBuilt('Parquet'),
    }).describe('"json": one JSON object a line, or a message of Kafka.'),
  })
  .prefault({ type: 'json' })
  .describe('How records are written. Default: JSON.');

const SIX_FORMATS = TIMESTAMP_FORMATS.map((name) => `"${name}"`).join(', ');

/** Druid takes any Joda pattern here; only the named formats are supported. */
const timestampFormat = z.enum(TIMESTAMP_FORMATS, {
  error: ({ input }) =>
    input === 'ruby' || (typeof input === 'string' && /y{2,}|[MdHms]{2}|'/.test(input))
      ? `this timestamp format of Druid's is not supported; expected one of ${SIX_FORMATS}`
      : undefined,
});

/** Where the event's time stands and how it is written. */
export const timestamp = z
  .strictObject({
    column: fieldPath.describe('The field that holds the time of the event.'),
    format: timestampFormat
      .prefault('auto')
      .describe(
        'iso: ISO 8601 text; millis, posix, micro, nano: a number of milliseconds, seconds, microseconds, nanoseconds since 1970; ' +
          'auto: ISO text or milliseconds. Default: auto.',
      ),
  })
  .describe("Where the event's time stands.");

/** When two records are the same event. */
export const deduplicate = z
  .strictObject({
    key: z.array(fieldPath).min(1).describe('The fields that together identify an event.'),
    keep: choice(['first', 'last'])
      .prefault('first')
      .describe('Which of them stays, in the order of reading. Default: first.'),
    lookback: duration
      .prefault('PT0S')
      .describe(
        'How far before the hour duplicates are looked for: whole hours. Only with keep: first. Default: PT0S.',
      ),
    missing: choice(['fail', 'gap'])
      .prefault('fail')
      .describe(
        'When an hour of the lookback is not there: fail (exit 75), or go on without it and record the gap. Default: fail.',
      ),
  })
  .superRefine(({ keep, lookback }, context) => {
    if (keep === 'first' || lookback === 0) return;
    const message = 'a lookback keeps the record of the earlier hour; expected "PT0S" with keep: last';
    context.addIssue({ code: 'custom', path: ['lookback'], message });
  })
  .transform(({ key, keep, lookback, missing }) => ({ key, keep, lookbackMs: lookback, missing }))
  .describe('Records with the same key are one event. Leave out: every record counts.');
