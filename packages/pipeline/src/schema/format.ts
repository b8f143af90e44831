import * as z from 'zod';
import { TIMESTAMP_FORMATS } from '../program.ts';
import { choice, fieldPath, zeroDuration } from './scalars.ts';

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
    lookback: zeroDuration('looking for duplicates in earlier hours')
      .prefault('PT0S')
      .describe('How far before the hour duplicates are looked for. Only PT0S yet: within the hour.'),
  })
  .transform(({ key, keep }) => ({ key, keep }))
  .describe('Records with the same key are one event. Leave out: every record counts.');
