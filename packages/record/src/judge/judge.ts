import type { TimeChunk } from '@hourmill/core';
import type { DimensionColumn, MetricColumn, Program } from '@hourmill/pipeline';
import { compileFilter } from '../filter/compile-filter.ts';
import { JsonNumber, type JsonObject } from '../json/json-value.ts';
import { messageFields } from '../kafka/message-fields.ts';
import { fingerprint } from '../key/fingerprint.ts';
import { type KeyValue, readKeyValue } from '../key/key-value.ts';
import { checkTimeKind, parseTime } from '../time/parse-time.ts';
import { readDouble } from '../values/double.ts';
import { fieldAt, pathText } from '../values/field.ts';
import { readLong } from '../values/long.ts';
import { readMultiValue } from '../values/multi-value.ts';
import { readString } from '../values/string.ts';
import { decodeRecord } from './decode-record.ts';
import type { RecordBytes } from './record-bytes.ts';
import { Reject } from './reject.ts';
import type { DimensionValue, MetricValue, Row } from './row.ts';

/** What one record is by itself, before its key is compared with others'. */
export type Judgement =
  | { readonly kind: 'rejected'; readonly reject: Reject }
  | { readonly kind: 'stray'; readonly timeMs: number }
  | { readonly kind: 'filtered' }
  /** `fingerprint` is null when the program does not deduplicate. */
  | { readonly kind: 'candidate'; readonly row: Row; readonly fingerprint: string | null };

const TOMBSTONE = new Reject('HM_EVENT_009', 'the message has no value (a tombstone)');

/**
 * Judges records by DESIGN.md 4.1; the first that holds decides: unreadable, a used field of a type it cannot take, no
 * usable time, no key (all rejected), outside the chunk (stray), filter false or null (filtered). A used field is one of
 * the timestamp, the key, a dimension or a metric, checked in that order; the filter takes any type. A message of Kafka without a
 * value is rejected before everything else, and one with a key or header that cannot be read, though a field is of it, as
 * unreadable.
 */
export function createJudge(program: Program, chunk: TimeChunk): (record: RecordBytes) => Judgement {
  const passes = program.filter === null ? () => true : compileFilter(program.filter);
  const withMessage = messageFields(program);
  return (record) => {
    if (record.message?.isTombstone) return { kind: 'rejected', reject: TOMBSTONE };
    const value = decodeRecord(record);
    const event = value instanceof Reject ? value : withMessage(value, record.message);
    if (event instanceof Reject) return { kind: 'rejected', reject: event };
    const fields = readFields(program, event);
    if (fields instanceof Reject) return { kind: 'rejected', reject: fields };
    const { timeMs, key, dimensions, metrics } = fields;
    if (timeMs < chunk.startMs || timeMs >= chunk.endMs) return { kind: 'stray', timeMs };
    if (passes(event) !== true) return { kind: 'filtered' };
    const row = { timeMs: floorTo(timeMs, program.queryGranularityMs), dimensions, metrics };
    return { kind: 'candidate', row, fingerprint: key === null ? null : fingerprint(key) };
  };
}

interface Fields {
  readonly timeMs: number;
  readonly key: readonly KeyValue[] | null;
  readonly dimensions: readonly DimensionValue[];
  readonly metrics: readonly MetricValue[];
}

function readFields(program: Program, event: JsonObject): Fields | Reject {
  // Types first, of every used field; then what is missing.
  const badTime = checkTimeKind(fieldAt(event, program.timestamp.path), program.timestamp.path);
  if (badTime !== null) return badTime;
  const key = allOrReject(program.deduplicate?.key ?? [], (path) => readKeyValue(fieldAt(event, path), path));
  if (key instanceof Reject) return key;
  const dimensions = allOrReject(program.dimensions, (dimension) => readDimension(event, dimension));
  if (dimensions instanceof Reject) return dimensions;
  const metrics = allOrReject(program.metrics, (metric) => readMetric(event, metric));
  if (metrics instanceof Reject) return metrics;

  const timeMs = readTime(program, event);
  if (timeMs instanceof Reject) return timeMs;
  const missing = program.deduplicate?.key.find((_, index) => key[index] === null);
  if (missing !== undefined) return new Reject('HM_EVENT_008', `${pathText(missing)} is missing or null`);
  const completeKey = key.filter((component) => component !== null);
  return { timeMs, key: program.deduplicate === null ? null : completeKey, dimensions, metrics };
}

function readTime(program: Program, event: JsonObject): number | Reject {
  const { path, format } = program.timestamp;
  const value = fieldAt(event, path);
  const time = typeof value === 'string' || value instanceof JsonNumber ? value : null;
  return parseTime(time, format, path);
}

function readDimension(event: JsonObject, { path, type, multiValue }: DimensionColumn): DimensionValue | Reject {
  const value = fieldAt(event, path);
  if (multiValue !== null) return readMultiValue(value, multiValue, path);
  switch (type) {
    case 'string':
      return readString(value, path);
    case 'long':
      return readLong(value, path);
    case 'double':
      return readDouble(value, path);
  }
}

function readMetric(event: JsonObject, metric: MetricColumn): MetricValue | Reject {
  if (metric.type === 'count') return null;
  const value = fieldAt(event, metric.path);
  const read = metric.type.startsWith('long') ? readLong : readDouble;
  return read(value, metric.path);
}

/** Reads every item, or stops at the first that is rejected. */
function allOrReject<T, V>(items: readonly T[], read: (item: T) => V | Reject): readonly V[] | Reject {
  const values: V[] = [];
  for (const item of items) {
    const value = read(item);
    if (value instanceof Reject) return value;
    values.push(value);
  }
  return values;
}

/** Exact for every time of the years 0000 to 9999; floors before 1970 too. */
function floorTo(timeMs: number, widthMs: number): number {
  return Math.floor(timeMs / widthMs) * widthMs;
}
