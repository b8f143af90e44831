import { isHourmillError, Secret } from '@hourmill/core';
import * as z from 'zod';
import { parseFieldPath } from '../field-path.ts';
import { parseFilter } from '../filter/parse-filter.ts';
import { DURATION_PATTERN, parseDuration } from '../units/duration.ts';
import { parseSize, SIZE_PATTERN } from '../units/size.ts';

// A definition is validated once in a process: a parser that zod compiled for it would cost more than it saves.
z.config({ jitless: true });

// A message given to zod in this folder completes the sentence "found X: …". Without one, document/issue-text.ts finds the words.

/** One of a few names. `refused` says for names that people may expect why they are not among them. */
export function choice<const T extends readonly [string, ...string[]]>(
  values: T,
  refused: Readonly<Record<string, string>> = {},
) {
  return z.enum(values, {
    error: ({ input }) => (typeof input === 'string' && Object.hasOwn(refused, input) ? refused[input] : undefined),
  });
}

/** Text that is not empty. */
export const text = z.string().min(1, 'expected a text that is not empty');

const SIZE_EXPECTED = 'expected a size such as "4GiB", "500MB", or a number of bytes';

/** A size, as bytes after parsing. */
export const size = z
  .union([z.int().min(1), z.string().regex(SIZE_PATTERN, SIZE_EXPECTED)], SIZE_EXPECTED)
  .transform((value, context) => {
    const bytes = typeof value === 'number' ? value : parseSize(value);
    if (bytes === null) context.addIssue({ code: 'custom', message: 'expected a size of 1 byte to 8 PiB' });
    return bytes ?? Number.NaN;
  });

const DURATION_EXPECTED = 'expected an ISO 8601 duration such as "PT5M", "PT1H" or "P1D"';

/** An ISO 8601 duration of a fixed length, as milliseconds after parsing. */
export const duration = z
  .string(DURATION_EXPECTED)
  .regex(DURATION_PATTERN, {
    error: ({ input }) =>
      /^P\d+[YM]/.test(String(input))
        ? 'years and months have no fixed length; expected an ISO 8601 duration such as "P30D"'
        : DURATION_EXPECTED,
  })
  .transform((value, context) => {
    const ms = parseDuration(value);
    if (ms === null) context.addIssue({ code: 'custom', message: 'expected a shorter duration' });
    return ms ?? Number.NaN;
  });

/** A duration that must be longer than nothing. */
export const positiveDuration = duration.refine((ms) => ms > 0, 'expected a duration longer than zero');

export const ratio = z.number().min(0).max(1);

/** An `http://` or `https://` address, without the slash at its end after parsing. */
export const httpAddress = z
  .string()
  .refine(isHttpAddress, 'expected an address without a user in it that begins with http:// or https://')
  .transform((address) => address.replace(/\/+$/, ''));

function isHttpAddress(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.search + url.hash === '';
}

/** A secret: never printed again. */
export const secret = text.transform((value) => new Secret(value));

/** Text that passes `parse`; what `parse` says of it becomes the issue, at its place in the text. */
function parsedText(expected: string, parse: (value: string) => unknown) {
  return z.string(expected).superRefine((value, context) => {
    try {
      parse(value);
    } catch (error) {
      if (!isHourmillError(error)) throw error;
      const offset = Number(error.context.offset);
      context.addIssue({ code: 'custom', message: error.message, params: { code: error.code, offset } });
    }
  });
}

/** A field of the event in path syntax; stays text. */
export const fieldPath = parsedText('expected the name of a field such as "geo.city"', parseFieldPath);

/** A filter expression; stays text. */
export const filterText = parsedText(`expected a filter such as "type = 'impression'"`, parseFilter);
