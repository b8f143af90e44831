/** Where key and time of a message stand in its JSON object: the keys from the outermost object inwards. */
export interface MessageFields {
  readonly key?: readonly string[];
  readonly timestamp?: readonly string[];
}

export interface MessageParts {
  /** A string as it is; a number, true or false as its JSON text. */
  readonly key?: string;
  /** Milliseconds, as kafkajs wants them. */
  readonly timestamp?: string;
}

/**
 * Key and time of a message, from its JSON. A part that is missing, null, a list or an object, or no time, is left out:
 * what is not fit for use is to be produced all the same.
 */
export function messageParts(line: Buffer, fields: MessageFields): MessageParts {
  if (fields.key === undefined && fields.timestamp === undefined) return {};
  const record = parseOrNull(line.toString('utf8'));
  const key = fields.key && textAt(record, fields.key);
  const timestamp = fields.timestamp && milliseconds(textAt(record, fields.timestamp));
  return { ...(key !== undefined && { key }), ...(timestamp !== undefined && { timestamp }) };
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text, numbersAsText as (key: string, value: unknown) => unknown);
  } catch {
    return null;
  }
}

/** A double has not room for every 64-bit integer. */
function numbersAsText(_key: string, value: unknown, { source }: { source: string }): unknown {
  return typeof value === 'number' ? source : value;
}

function textAt(record: unknown, path: readonly string[]): string | undefined {
  let value = record;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : undefined;
}

const DIGITS = /^\d+$/;
/** `Date.parse` takes much more than that, and guesses. */
const ISO_8601 = /^\d{4}-\d\d-\d\d/;

/** Of a time in milliseconds, or in ISO 8601. */
function milliseconds(text: string | undefined): string | undefined {
  if (text === undefined || !(DIGITS.test(text) || ISO_8601.test(text))) return undefined;
  const time = DIGITS.test(text) ? Number(text) : Date.parse(text);
  return Number.isSafeInteger(time) && time >= 0 ? String(time) : undefined;
}
