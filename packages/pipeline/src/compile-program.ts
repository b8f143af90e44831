import { invariant, QUERY_GRANULARITIES } from '@hourmill/core';
import type { Definition } from './definition-schema.ts';
import { parseFieldPath } from './field-path.ts';
import { parseFilter } from './filter/parse-filter.ts';
import { deepFreeze } from './freeze.ts';
import type { MetricColumn, Program } from './program.ts';
import { DEFAULT_COUNT } from './schema/columns.ts';

/**
 * What an engine does to each record: names become paths, the filter a tree, and a definition without a count metric
 * gets one at the end. Total for a checked definition. Frozen.
 */
export function compileProgram(definition: Definition): Program {
  const { timestamp, deduplicate, filter, rollup } = definition;
  const metrics = compileMetrics(rollup.metrics);
  const count = metrics.find(({ type }) => type === 'count');
  invariant(count !== undefined, 'a program has a count metric');
  return deepFreeze({
    timestamp: { path: parseFieldPath(timestamp.column), format: timestamp.format },
    deduplicate:
      deduplicate === undefined ? null : { key: deduplicate.key.map(parseFieldPath), keep: deduplicate.keep },
    filter: filter === undefined ? null : parseFilter(filter),
    queryGranularityMs: QUERY_GRANULARITIES[rollup.queryGranularity],
    dimensions: rollup.dimensions.map(({ name, type, path, multiValue }) => ({
      name,
      path: parseFieldPath(path),
      type,
      multiValue,
    })),
    metrics,
    countMetric: count.name,
    ...(definition.source.type === 'kafka' ? { kafkaFields: true as const } : {}),
  });
}

function compileMetrics(metrics: Definition['rollup']['metrics']): MetricColumn[] {
  const columns = metrics.map((metric): MetricColumn => {
    if (metric.type === 'count') return { name: metric.name, type: metric.type };
    return { name: metric.name, type: metric.type, path: parseFieldPath(metric.path) };
  });
  const hasCount = columns.some(({ type }) => type === 'count');
  return hasCount ? columns : [...columns, { name: DEFAULT_COUNT, type: 'count' }];
}
