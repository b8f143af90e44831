import { HourmillError, invariant } from './error.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Millis = number;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Druid's names of the time chunks that one run may build (`segmentGranularity`), with their lengths. */
export const SEGMENT_GRANULARITIES = {
  five_minute: 5 * MINUTE_MS,
  ten_minute: 10 * MINUTE_MS,
  fifteen_minute: 15 * MINUTE_MS,
  thirty_minute: 30 * MINUTE_MS,
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
} as const;
export type SegmentGranularity = keyof typeof SEGMENT_GRANULARITIES;

/** Druid's names of the buckets that times are rolled up into (`queryGranularity`), with their lengths. */
export const QUERY_GRANULARITIES = {
  none: 1,
  second: 1000,
  minute: MINUTE_MS,
  ...SEGMENT_GRANULARITIES,
} as const;
export type QueryGranularity = keyof typeof QUERY_GRANULARITIES;

/** One UTC time chunk `[startMs, endMs)` by event time: an "hour" of DESIGN.md section 2. */
export interface TimeChunk {
  readonly granularity: SegmentGranularity;
  readonly startMs: Millis;
  readonly endMs: Millis;
}

/** The chunk that holds `timeMs`. */
export function chunkAt(timeMs: Millis, granularity: SegmentGranularity): TimeChunk {
  const lengthMs = SEGMENT_GRANULARITIES[granularity];
  const startMs = Math.floor(timeMs / lengthMs) * lengthMs;
  return { granularity, startMs, endMs: startMs + lengthMs };
}

/** Every chunk that begins in `[fromMs, toMs)`, oldest first. Both ends must be chunk boundaries. */
export function chunksBetween(fromMs: Millis, toMs: Millis, granularity: SegmentGranularity): TimeChunk[] {
  const lengthMs = SEGMENT_GRANULARITIES[granularity];
  invariant(
    fromMs % lengthMs === 0 && toMs % lengthMs === 0,
    'a range of chunks must begin and end at chunk boundaries',
  );
  const chunks: TimeChunk[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += lengthMs) chunks.push(chunkAt(startMs, granularity));
  return chunks;
}

/** ISO 8601 with milliseconds, the way an hour is named in reports: `2026-11-22T10:00:00.000Z`. */
export function isoMillis(timeMs: Millis): string {
  return new Date(timeMs).toISOString();
}

/** The interval as Druid writes it: `start/end`. */
export function isoInterval(chunk: TimeChunk): string {
  return `${isoMillis(chunk.startMs)}/${isoMillis(chunk.endMs)}`;
}

/**
 * The chunk's folder in the store (DESIGN.md section 8): `2026/11/22/10`, `2026/11/22/day` or `2026/11/22/10-05`.
 * No folder is the prefix of another chunk's folder plus `/`.
 */
export function chunkFolder(chunk: TimeChunk): string {
  const iso = isoMillis(chunk.startMs);
  const day = `${iso.slice(0, 4)}/${iso.slice(5, 7)}/${iso.slice(8, 10)}`;
  switch (chunk.granularity) {
    case 'day':
      return `${day}/day`;
    case 'hour':
      return `${day}/${iso.slice(11, 13)}`;
    default:
      return `${day}/${iso.slice(11, 13)}-${iso.slice(14, 16)}`;
  }
}

const FOLDER_PATTERN = /^(\d{4})\/(\d{2})\/(\d{2})\/(?:(day)|(\d{2})(?:-(\d{2}))?)$/;

/**
 * The chunk of a folder of {@link chunkFolder}; undefined for any other text. A folder of minutes does not tell how many of them its
 * chunk has: it is taken for five, which has the same start and the same folder.
 */
export function parseChunkFolder(folder: string): TimeChunk | undefined {
  const match = FOLDER_PATTERN.exec(folder);
  if (match === null) return undefined;
  const [, year, month, date, day, hour = '00', minute] = match;
  const startMs = Date.parse(`${year}-${month}-${date}T${hour}:${minute ?? '00'}:00.000Z`);
  const chunk = chunkAt(startMs, day !== undefined ? 'day' : minute === undefined ? 'hour' : 'five_minute');
  return Number.isNaN(startMs) || chunkFolder(chunk) !== folder ? undefined : chunk;
}

const TIME_PATTERN = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})(?:\.0{1,9})?)?)?)?(?:Z|\+00:00)?$/;

/**
 * Reads a chunk boundary given by a person: `2026-11-22T10`, `2026-11-22`, `2026-11-22T10:05:00Z`. UTC.
 * @throws HM_USAGE_002 when it is no time, or not the start of a chunk of this granularity
 */
export function parseChunkStart(text: string, granularity: SegmentGranularity): Millis {
  const match = TIME_PATTERN.exec(text);
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = match ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const timeMs = match === null ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(timeMs) || isoMillis(timeMs) !== iso) {
    throw new HourmillError('HM_USAGE_002', `"${text}" is not a UTC time such as 2026-11-22T10`);
  }
  if (timeMs % SEGMENT_GRANULARITIES[granularity] !== 0) {
    throw new HourmillError(
      'HM_USAGE_002',
      `${text} is not the start of a time chunk of segmentGranularity ${granularity}`,
    );
  }
  return timeMs;
}
