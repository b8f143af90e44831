import type { Millis } from '@hourmill/core';

const DAY_MS = 86_400_000;
/** More listings than this are replaced by fewer, wider ones. */
const MAX_LISTINGS = 32;

/** A folder of the ledger and all that lies in it: `2026/11/22/10/`, `2026/11/22/10-05/` or `2026/11/22/day/`. */
const CHUNK_FOLDER = /^(\d{4})\/(\d\d)\/(\d\d)\/(?:day|(\d\d)(?:-(\d\d))?)\/\d{6,}\.json$/;

/**
 * Prefixes, below the ledger's root, that hold all entries of the chunks in `[fromMs, toMs)`: of its days; of its months or
 * years when there are many days.
 */
export function prefixesOf(fromMs: Millis, toMs: Millis): string[] {
  if (fromMs >= toMs) return [];
  const days = (toMs - fromMs) / DAY_MS;
  // 'yyyy/MM/dd/', 'yyyy/MM/' or 'yyyy/'
  const length = days <= MAX_LISTINGS ? 11 : days <= MAX_LISTINGS * 28 ? 8 : 5;
  const prefixes = new Set<string>();
  for (let dayMs = Math.floor(fromMs / DAY_MS) * DAY_MS; dayMs < toMs; dayMs += DAY_MS) {
    prefixes.add(`${new Date(dayMs).toISOString().slice(0, 10).replaceAll('-', '/')}/`.slice(0, length));
  }
  return [...prefixes];
}

/** The start of the chunk that an entry belongs to, from its key below the ledger's root; undefined for other files. */
export function chunkStartOf(path: string): Millis | undefined {
  const match = CHUNK_FOLDER.exec(path);
  if (match === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00'] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00.000Z`);
}
