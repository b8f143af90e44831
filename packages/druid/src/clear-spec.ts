import { isoInterval, type TimeChunk } from '@hourmill/core';
import { TASK_CONTEXT, type TaskSpec, TUNING } from './task-spec.ts';

/**
 * The task that empties one hour: no rows and `dropExisting`, so Druid covers the hour with a tombstone segment of a
 * new version. Marking the hour's segments unused would not do: the old rows of a coarser segment (DAY) that they
 * overshadow would be served again. The input is a CSV file that is nothing but its header.
 */
export function clearSpec(dataSource: string, chunk: TimeChunk, taskId: string): TaskSpec {
  return {
    type: 'index_parallel',
    id: taskId,
    context: TASK_CONTEXT,
    spec: {
      dataSchema: {
        dataSource,
        timestampSpec: { column: '__time', format: 'millis' },
        dimensionsSpec: { dimensions: [] },
        metricsSpec: [],
        granularitySpec: {
          type: 'uniform',
          segmentGranularity: chunk.granularity.toUpperCase(),
          queryGranularity: 'NONE',
          rollup: true,
          intervals: [isoInterval(chunk)],
        },
      },
      ioConfig: {
        type: 'index_parallel',
        inputSource: { type: 'inline', data: '__time' },
        inputFormat: { type: 'csv', findColumnsFromHeader: true },
        appendToExisting: false,
        dropExisting: true,
      },
      tuningConfig: TUNING,
    },
  };
}
