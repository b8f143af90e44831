import { chunkAt, type HandOver, isoMillis, NO_COUNTS, type ObjectLocation, type Sums, sha256 } from '@hourmill/core';
import type { DimensionColumn, DruidConnection, MetricColumn, Program } from '@hourmill/pipeline';
import type { IndexerDefinition } from '../src/indexer-definition.ts';

export const HOUR = chunkAt(Date.parse('2026-11-22T10:00:00Z'), 'hour');

export function programOf(dimensions: readonly DimensionColumn[], metrics: readonly MetricColumn[]): Program {
  const countMetric = metrics.find(({ type }) => type === 'count')?.name ?? 'events';
  return {
    timestamp: { path: ['t'], format: 'auto' },
    deduplicate: null,
    filter: null,
    queryGranularityMs: 60_000,
    dimensions,
    metrics,
    countMetric,
  };
}

export function dimension(name: string, overrides: Partial<DimensionColumn> = {}): DimensionColumn {
  return { name, path: [name], type: 'string', multiValue: null, ...overrides };
}

export const EVENTS: MetricColumn = { name: 'events', type: 'count' };

export function definitionOf(druid: Partial<DruidConnection> = {}): IndexerDefinition {
  const address = 'http://127.0.0.1:1';
  return {
    rollup: { queryGranularity: 'minute' },
    druid: {
      dataSource: 'impressions',
      coordinator: address,
      overlord: address,
      broker: address,
      taskTimeoutMs: 60_000,
      loadTimeoutMs: 60_000,
      ...druid,
    },
  };
}

export interface PartsOptions {
  readonly locations: readonly ObjectLocation[];
  /** Rows of all parts together. */
  readonly rows: number;
  readonly sums: Sums;
  readonly chunk?: HandOver['manifest']['plan']['chunk'];
  /** Makes the manifest, hence its hash, another one. */
  readonly runId?: string;
}

/** What stage 1 would hand over for these parts. */
export function handOverOf({ locations, rows, sums, chunk = HOUR, runId = 'run-1' }: PartsOptions): HandOver {
  const parts = locations.map(({ path }, index) => ({ path, rows: index === 0 ? rows : 0, bytes: 1, sha256: '' }));
  const hash = sha256(JSON.stringify([runId, parts, sums]));
  const hour = isoMillis(chunk.startMs);
  return {
    manifestSha256: hash,
    locations,
    manifest: {
      version: 1,
      runId,
      createdAt: hour,
      hourmill: '0.1.0',
      plan: {
        version: 1,
        pipeline: 'impressions',
        hour,
        chunk,
        definitionHash: '',
        listingHash: '',
        splits: [],
        losses: [],
      },
      countMetric: 'events',
      result: {
        engine: { name: 'test', version: '1', parquet: 'test' },
        counts: NO_COUNTS,
        splits: [],
        strays: {},
        rejects: null,
        rejectReasons: {},
        identity: null,
        groups: rows,
        sums,
        columns: [],
        parts,
        timingsMs: { scan: 0, merge: 0 },
        peak: { memoryBytes: 0, spilledBytes: 0 },
      },
      sidecars: [],
    },
  };
}
