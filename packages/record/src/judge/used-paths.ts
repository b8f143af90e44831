import type { FieldPath, Filter, Program } from '@hourmill/pipeline';

/** Every field that a program looks at, once: of the time, the key, the dimensions, the metrics, the filter, in this order. */
export function usedPaths(program: Program): readonly FieldPath[] {
  return distinct([
    program.timestamp.path,
    ...(program.deduplicate?.key ?? []),
    ...program.dimensions.map(({ path }) => path),
    ...program.metrics.flatMap((metric) => (metric.type === 'count' ? [] : [metric.path])),
    ...(program.filter === null ? [] : filterPaths(program.filter)),
  ]);
}

function filterPaths(filter: Filter): FieldPath[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return [...filterPaths(filter.left), ...filterPaths(filter.right)];
    case 'not':
      return filterPaths(filter.operand);
    default:
      return [filter.field];
  }
}

function distinct(paths: readonly FieldPath[]): FieldPath[] {
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}
