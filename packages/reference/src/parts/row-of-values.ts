import type { PartColumn } from '@hourmill/core';
import type { DimensionValue, MetricValue, Row } from '@hourmill/record';

export type PartValue = DimensionValue | MetricValue;

/** The inverse of `partValues`: a row of its values in the order of the columns, the time as milliseconds. */
export function rowOfValues(columns: readonly PartColumn[], values: readonly PartValue[]): Row {
  const ofRole = (role: PartColumn['role']): PartValue[] => values.filter((_, index) => columns[index]?.role === role);
  return {
    timeMs: Number(ofRole('time')[0]),
    dimensions: ofRole('dimension'),
    metrics: ofRole('metric') as MetricValue[],
  };
}
