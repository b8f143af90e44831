const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const TIME = /^(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?$/;
const OFFSET = /(?:[Zz]|([+-])(\d{2})(?::?(\d{2}))?)$/;

const MINUTE_MS = 60_000;
/** Only a whole date can carry a time: `2015T10` is none. */
const DATE_LENGTH = '2015-09-12'.length;

/**
 * Reads an ISO 8601 time: `2015`, `2015-09`, `2015-09-12`, and with the whole date `T10`, `T10:30`, `T10:30:15`,
 * `T10:30:15.123456` (a comma does as well), then `Z`, `+05:30`, `+0530`, `+05` or nothing, which is UTC. Digits behind the
 * milliseconds are dropped, which floors, before 1970 too. Neither 24:00 nor leap seconds, week dates or ordinal dates.
 * @param separators the characters that may stand between date and time
 * @returns milliseconds since the epoch; null for any other text
 */
export function parseIso(text: string, separators: string): number | null {
  const separator = text[DATE_LENGTH];
  if (separator === undefined) return dateAndTime(text, '00');
  if (!separators.includes(separator)) return null;
  const clock = text.slice(DATE_LENGTH + 1);
  const offset = OFFSET.exec(clock);
  const localMs = dateAndTime(text.slice(0, DATE_LENGTH), offset === null ? clock : clock.slice(0, offset.index));
  const offsetMs = offset === null ? 0 : offsetMillis(offset);
  return localMs === null || offsetMs === null ? null : localMs - offsetMs;
}

function dateAndTime(date: string, time: string): number | null {
  const dateMatch = DATE.exec(date);
  const timeMatch = TIME.exec(time);
  if (dateMatch === null || timeMatch === null) return null;
  const [, year, month = '01', day = '01'] = dateMatch;
  const [, hour, minute = '00', second = '00', fraction = ''] = timeMatch;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  const timeMs = Date.parse(iso);
  // Date takes 24:00 and the 31st of February as the day after; a time that does not print as it was read is none.
  return Number.isNaN(timeMs) || new Date(timeMs).toISOString() !== iso ? null : timeMs;
}

function offsetMillis([, sign, hours = '00', minutes = '00']: RegExpExecArray): number | null {
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  const magnitudeMs = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  return sign === '-' ? -magnitudeMs : magnitudeMs;
}
