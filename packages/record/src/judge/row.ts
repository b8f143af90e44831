/** A string, long or double dimension, or the values of a multi-value one. Null for no value. */
export type DimensionValue = string | bigint | number | readonly (string | null)[] | null;

/** A long (bigint) or double metric. Null for no value. */
export type MetricValue = bigint | number | null;

/** What is left of an event that may be kept. */
export interface Row {
  /** Floored to the query granularity. */
  readonly timeMs: number;
  /** One for each dimension of the program. */
  readonly dimensions: readonly DimensionValue[];
  /** One for each metric of the program; null for the count. */
  readonly metrics: readonly MetricValue[];
}
