/** The ISO 8601 durations of a fixed length: weeks alone, or days, hours, minutes and seconds. For the JSON Schema too. */
export const DURATION_PATTERN =
  /^P(?=\d|T\d)(?:(\d+)W|(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?)$/;

const SECOND_MS = 1000;
const DAY_MS = 86_400 * SECOND_MS;

/**
 * Reads an ISO 8601 duration: `PT5M`, `PT1H30M`, `P1D`, `PT0.5S`. Years and months have no fixed length and are refused.
 * @returns whole milliseconds, null when the text is no such duration or is longer than 2^53 ms
 */
export function parseDuration(text: string): number | null {
  const match = DURATION_PATTERN.exec(text);
  if (match === null) return null;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const wholeMs =
    (weeks ?? 0) * 7 * DAY_MS + (days ?? 0) * DAY_MS + ((hours ?? 0) * 60 + (minutes ?? 0)) * 60 * SECOND_MS;
  const totalMs = wholeMs + Math.round((seconds ?? 0) * SECOND_MS);
  return Number.isSafeInteger(totalMs) ? totalMs : null;
}
