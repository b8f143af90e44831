import type { Filter } from './filter/filter.ts';

/** The keys from the event's root to a field: `geo.city` is `['geo', 'city']`. Never empty. */
export type FieldPath = readonly string[];

export const TIMESTAMP_FORMATS = ['auto', 'iso', 'millis', 'posix', 'micro', 'nano'] as const;
export type TimestampFormat = (typeof TIMESTAMP_FORMATS)[number];

export type MultiValueHandling = 'SORTED_ARRAY' | 'SORTED_SET' | 'ARRAY';

export interface DimensionColumn {
  readonly name: string;
  readonly path: FieldPath;
  readonly type: 'string' | 'long' | 'double';
  /** Null for a single-valued dimension; only string dimensions can have several values. */
  readonly multiValue: MultiValueHandling | null;
}

export type FieldMetricType = 'longSum' | 'longMin' | 'longMax' | 'doubleSum' | 'doubleMin' | 'doubleMax';

export type MetricColumn =
  | { readonly name: string; readonly type: 'count' }
  | { readonly name: string; readonly type: FieldMetricType; readonly path: FieldPath };

/**
 * What an engine does to each record: the definition with every name resolved. Plain frozen data; the engines turn it
 * into operators. Says nothing of where events come from or where the parts go.
 */
export interface Program {
  readonly timestamp: { readonly path: FieldPath; readonly format: TimestampFormat };
  /** Null: every record counts. */
  readonly deduplicate: { readonly key: readonly FieldPath[]; readonly keep: 'first' | 'last' } | null;
  /** Null: every record passes. */
  readonly filter: Filter | null;
  /** Width of the buckets that times are floored to, milliseconds; buckets align with the Unix epoch. */
  readonly queryGranularityMs: number;
  /** In the definition's order, which is the sort order. */
  readonly dimensions: readonly DimensionColumn[];
  /** In the definition's order; exactly one `count` among them. */
  readonly metrics: readonly MetricColumn[];
  /** The name of the count metric. */
  readonly countMetric: string;
  /**
   * Records are messages of Kafka, and a path that begins with `kafka` is what Kafka knows of one: `kafka.key`,
   * `kafka.timestamp` (ms), `kafka.offset`, `kafka.partition`, `kafka.headers.NAME` (the last of that name). Absent for others.
   */
  readonly kafkaFields?: true;
}
