import { type LoadedDefinition, loadDefinition } from '@hourmill/pipeline';
import { GRANULARITY } from './events.ts';

/** What definitions of the pipeline differ in. */
export interface Variant {
  readonly source: 'objects' | 'topic';
  readonly deduplicate: 'first' | 'last' | 'none';
  readonly lookbackHours: number;
  readonly latenessHours: number;
  /** Whether rows are told apart by their page. */
  readonly dimension: boolean;
}

const SOURCES = {
  objects: '{ type: files, paths: [in.json] }',
  topic: '{ type: kafka, brokers: ["b:1"], topic: raw, window: { before: PT0S, after: PT0S } }',
} as const;

const loaded = new Map<string, LoadedDefinition>();

/** The definition, parsed once. */
export function definitionOf(variant: Variant): LoadedDefinition {
  const name = JSON.stringify(variant);
  const found = loaded.get(name) ?? load(variant);
  loaded.set(name, found);
  return found;
}

function load(variant: Variant): LoadedDefinition {
  const text = `
name: p
source: ${SOURCES[variant.source]}
format: { type: json }
timestamp: { column: t, format: millis }
${deduplicate(variant)}
rollup:
  segmentGranularity: ${GRANULARITY}
  queryGranularity: hour
  dimensions: [${variant.dimension ? 'page' : ''}]
  metrics:
    - { name: events, type: count }
    - { name: mask, type: longSum, field: mask }
    - { name: price, type: doubleSum, field: price }
output: { store: "file:./warehouse" }
druid: { dataSource: p, coordinator: "http://127.0.0.1:1", broker: "http://127.0.0.1:2" }
schedule: { lateness: PT${variant.latenessHours}H }
guards: { maxShrinkRatio: 1 }
limits: { runtime: PT3M }
`;
  return loadDefinition('/p.yaml', { text, env: () => undefined, readFile: () => '' });
}

function deduplicate({ deduplicate: keep, lookbackHours }: Variant): string {
  if (keep === 'none') return '';
  const lookback = lookbackHours === 0 ? '' : `, lookback: PT${lookbackHours}H, missing: gap`;
  return `deduplicate: { key: [key], keep: ${keep}${lookback} }`;
}
