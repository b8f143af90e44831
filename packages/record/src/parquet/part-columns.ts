import type { PartColumn } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import type { DimensionValue, MetricValue, Row } from '../judge/row.ts';

/** The columns of the parts: `__time`, the dimensions and the metrics, each in the definition's order. */
export function partColumns({ dimensions, metrics }: Program): PartColumn[] {
  return [
    { name: '__time', role: 'time', type: 'timestamp' },
    ...dimensions.map(({ name, type, multiValue }) => {
      return { name, role: 'dimension', type: multiValue === null ? type : 'stringList' } as const;
    }),
    ...metrics.map(({ name, type }) => {
      return { name, role: 'metric', type: type.startsWith('double') ? 'double' : 'long' } as const;
    }),
  ];
}

/** The values of a row in the order of {@link partColumns}; the time as milliseconds. */
export function partValues({ timeMs, dimensions, metrics }: Row): readonly (DimensionValue | MetricValue)[] {
  return [BigInt(timeMs), ...dimensions, ...metrics];
}
