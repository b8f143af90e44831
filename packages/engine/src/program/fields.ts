import type { FieldMetricType, FieldPath, Program } from '@hourmill/pipeline';
import { usedPaths } from '@hourmill/record';

/** An input column of metrics: one field read as one type, whatever number of metrics use it. */
export interface MetricInput {
  readonly path: FieldPath;
  readonly type: 'long' | 'double';
}

/** The fields that a program looks at, each once, and the columns that its metrics read. */
export class Fields {
  readonly paths: readonly FieldPath[];
  readonly columns: readonly MetricInput[];
  readonly #fields: ReadonlyMap<string, number>;
  readonly #columns: ReadonlyMap<string, number>;

  constructor(program: Program) {
    const inputs = metricsOf(program).map(({ path, type }) => ({ path, type: numberType(type) }));
    this.columns = distinct(inputs);
    this.paths = usedPaths(program);
    this.#fields = indexOf(this.paths);
    this.#columns = indexOf(this.columns);
  }

  field(path: FieldPath): number {
    return this.#fields.get(JSON.stringify(path)) ?? -1;
  }

  column(path: FieldPath, type: FieldMetricType): number {
    return this.#columns.get(JSON.stringify({ path, type: numberType(type) })) ?? -1;
  }
}

/** The metrics that read a field: all but the count. In the program's order, which is that of the kernel's metrics. */
export function metricsOf({ metrics }: Program) {
  return metrics.filter((metric) => metric.type !== 'count');
}

function numberType(type: FieldMetricType): 'long' | 'double' {
  return type.startsWith('long') ? 'long' : 'double';
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function indexOf(items: readonly unknown[]): ReadonlyMap<string, number> {
  return new Map(items.map((item, index) => [JSON.stringify(item), index]));
}
