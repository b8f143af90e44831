import { type HandOver, invariant, isoInterval, type ObjectLocation } from '@hourmill/core';
import type { DimensionColumn, MetricColumn, Program } from '@hourmill/pipeline';
import type { IndexerDefinition } from './indexer-definition.ts';

/** A native batch task, as the Overlord takes it. */
export interface TaskSpec {
  readonly type: 'index_parallel';
  readonly id: string;
  readonly context: object;
  readonly spec: { readonly dataSchema: object; readonly ioConfig: object; readonly tuningConfig: object };
}

/** A task that ends without doing anything. */
export interface NoopSpec {
  readonly type: 'noop';
  readonly id: string;
  readonly dataSource: string;
  /** Milliseconds. */
  readonly runTime: number;
}

/**
 * The task that replaces exactly one hour by the parts of a manifest. Pure: the same input gives the same JSON.
 * Why each setting is what it is stands in docs/decisions/0003-how-an-hour-is-replaced.md.
 */
export function taskSpec(
  definition: IndexerDefinition,
  program: Program,
  handOver: HandOver,
  taskId: string,
): TaskSpec {
  const { chunk } = handOver.manifest.plan;
  const { druid, rollup } = definition;
  invariant(druid !== undefined, 'a task needs a data source');
  invariant(handOver.locations.length > 0, 'a task without parts could empty the hour');
  return {
    type: 'index_parallel',
    id: taskId,
    context: TASK_CONTEXT,
    spec: {
      dataSchema: {
        dataSource: druid.dataSource,
        timestampSpec: { column: '__time', format: 'millis' },
        dimensionsSpec: dimensionsSpec(program),
        metricsSpec: program.metrics.map(metricSpec),
        granularitySpec: {
          type: 'uniform',
          segmentGranularity: chunk.granularity.toUpperCase(),
          queryGranularity: rollup.queryGranularity.toUpperCase(),
          rollup: true,
          intervals: [isoInterval(chunk)],
        },
      },
      ioConfig: {
        type: 'index_parallel',
        inputSource: inputSource(handOver.locations),
        inputFormat: { type: 'parquet', binaryAsString: false },
        appendToExisting: false,
        dropExisting: false,
      },
      tuningConfig: TUNING,
    },
  };
}

/** A lock on whole time chunks gives each task a version of its own, which is how its segments are told apart. */
export const TASK_CONTEXT = { forceTimeChunkLock: true };

/** A row that Druid cannot read fails the task, where Druid's default is to leave the row out. */
export const TUNING = {
  type: 'index_parallel',
  maxNumConcurrentSubTasks: 1,
  partitionsSpec: { type: 'dynamic' },
  maxParseExceptions: 0,
};

function dimensionsSpec(program: Program): object {
  const dimensions = program.dimensions.map(dimensionSpec);
  // An empty list asks Druid to take every column that it finds as a dimension.
  if (dimensions.length > 0) return { dimensions };
  return { dimensions, dimensionExclusions: ['__time', ...program.metrics.map(({ name }) => name)] };
}

function dimensionSpec({ name, type, multiValue }: DimensionColumn): object {
  // The parts hold a list as it is to be served, already sorted or made a set; ARRAY keeps it as it is.
  return multiValue === null ? { type, name } : { type, name, multiValueHandling: 'ARRAY' };
}

/** The parts hold counts already, so Druid adds them up: a `count` there would count groups. */
function metricSpec({ type, name }: MetricColumn): object {
  return { type: type === 'count' ? 'longSum' : type, name, fieldName: name };
}

/** Names the parts one by one: a prefix or pattern could match nothing, or more than the manifest's. */
function inputSource(locations: readonly ObjectLocation[]): object {
  const files = locations.flatMap((location) => (location.type === 'local' ? [location.path] : []));
  const objects = locations.flatMap((location) =>
    location.type === 's3' ? [{ bucket: location.bucket, path: location.path }] : [],
  );
  invariant(files.length === 0 || objects.length === 0, 'the parts of a manifest lie in one store');
  return files.length > 0 ? { type: 'local', files } : { type: 's3', objects };
}
