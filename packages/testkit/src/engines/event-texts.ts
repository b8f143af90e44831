import type { FieldMetricType, MultiValueHandling, Program } from '@hourmill/pipeline';

/** Start of the hour that tests build. */
export const TEST_HOUR = '2026-11-22T10:00:00.000Z';

/** Times in `ts` by auto, a count `n`, nothing else. */
export const PLAIN_PROGRAM: Program = {
  timestamp: { path: ['ts'], format: 'auto' },
  deduplicate: null,
  filter: null,
  queryGranularityMs: 3_600_000,
  dimensions: [],
  metrics: [{ name: 'n', type: 'count' }],
  countMetric: 'n',
};

export function dimension(name: string, type: 'string' | 'long' | 'double' = 'string'): Program['dimensions'][number] {
  return { name, path: [name], type, multiValue: null };
}

export function multiValue(name: string, handling: MultiValueHandling): Program['dimensions'][number] {
  return { name, path: [name], type: 'string', multiValue: handling };
}

/** Metrics after the count, each named as type and field: `doubleSum price` is `doubleSum_price`. */
export function metrics(...specs: `${FieldMetricType} ${string}`[]): Program['metrics'] {
  const columns = specs.map((spec) => {
    const [type = '', field = ''] = spec.split(' ');
    return { name: `${type}_${field}`, type: type as FieldMetricType, path: [field] };
  });
  return [{ name: 'n', type: 'count' }, ...columns];
}

/** A file of events, each as an object or as the text of its line. */
export function lines(...events: unknown[]): string {
  return events.map((event) => `${typeof event === 'string' ? event : JSON.stringify(event)}\n`).join('');
}

/** An event inside the hour. */
export function at(minute: number, fields: object = {}): { ts: string } {
  return { ts: `2026-11-22T10:${String(minute).padStart(2, '0')}:00Z`, ...fields };
}
