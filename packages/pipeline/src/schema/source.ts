import * as z from 'zod';
import { checkTimePattern } from '../time-pattern.ts';
import { checkKeyPair, connectionShape, resolveConnection } from './connection.ts';
import { kafka } from './kafka.ts';
import { text } from './scalars.ts';

const MAX_WINDOW_HOURS = 744;

const windowHours = z.int().min(0).max(MAX_WINDOW_HOURS);

/** Which folders besides the hour's own may hold events of the hour. */
const window = z
  .strictObject({
    hoursBefore: windowHours.prefault(0).describe('Also read the folders of this many hours before. Default: 0.'),
    hoursAfter: windowHours.prefault(0).describe('Also read the folders of this many hours after. Default: 0.'),
  })
  .prefault({})
  .describe(
    'How much wider than the hour itself {yyyy}/{MM}/{dd}/{HH}/{mm} are expanded: for events that were filed late or early.',
  );

function timePattern(schema: z.ZodString) {
  return schema.superRefine((pattern, context) => {
    const problem = checkTimePattern(pattern);
    if (problem !== null) {
      context.addIssue({ code: 'custom', message: problem.message, params: { offset: problem.offset } });
    }
  });
}

/** A bucket's name as S3 and its look-alikes allow it. */
export const BUCKET_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$/;

const files = z
  .strictObject({
    type: z.literal('files').describe('Files on this machine.'),
    paths: z
      .array(timePattern(text))
      .min(1)
      .describe(
        'Files, relative to this definition. *, ? and ** match names; {yyyy} {MM} {dd} {HH} {mm} stand for the hour. ' +
          'JSON lines, plain or .gz or .zst. Read in this order, then by path.',
      ),
    window,
  })
  .describe('Events in files.');

const s3 = z
  .strictObject({
    type: z.literal('s3').describe('Objects in an S3 bucket.'),
    bucket: text.regex(BUCKET_PATTERN, 'expected the name of a bucket').describe('The bucket.'),
    prefix: timePattern(z.string()).describe(
      'Every object whose key begins with this is read; {yyyy} {MM} {dd} {HH} {mm} stand for the hour, for example "raw/{yyyy}/{MM}/{dd}/{HH}/".',
    ),
    ...connectionShape,
    window,
  })
  .superRefine(checkKeyPair)
  .transform(({ type, bucket, prefix, window: hours, ...keys }) => ({
    type,
    bucket,
    prefix,
    connection: resolveConnection(keys),
    window: hours,
  }))
  .describe('Events in objects of an S3 bucket.');

/** Where the raw events are. */
export const source = z.discriminatedUnion('type', [files, s3, kafka]).describe('Where the raw events are.');
