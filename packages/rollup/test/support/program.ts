import type { DimensionColumn, MetricColumn, Program } from '@hourmill/pipeline';

const dimension = (name: string, type: DimensionColumn['type']): DimensionColumn => {
  return { name, path: [name], type, multiValue: null };
};

/** A dimension and a metric of each type. */
export const PROGRAM: Program = {
  timestamp: { path: ['ts'], format: 'auto' },
  deduplicate: null,
  filter: null,
  queryGranularityMs: 60_000,
  dimensions: [
    dimension('text', 'string'),
    dimension('whole', 'long'),
    dimension('real', 'double'),
    { ...dimension('texts', 'string'), multiValue: 'ARRAY' },
  ],
  metrics: [
    { name: 'sum', type: 'doubleSum', path: ['real'] },
    { name: 'events', type: 'count' },
    { name: 'total', type: 'longSum', path: ['whole'] },
    { name: 'least', type: 'longMin', path: ['whole'] },
    { name: 'most', type: 'longMax', path: ['whole'] },
    { name: 'low', type: 'doubleMin', path: ['real'] },
    { name: 'high', type: 'doubleMax', path: ['real'] },
    { name: 'other sum', type: 'doubleSum', path: ['real'] },
  ],
  countMetric: 'events',
};

export function programOf(dimensions: readonly string[], metrics: readonly MetricColumn['type'][]): Program {
  return {
    ...PROGRAM,
    dimensions: PROGRAM.dimensions.filter(({ name }) => dimensions.includes(name)),
    metrics: PROGRAM.metrics.filter(({ type }) => metrics.includes(type)),
  };
}
