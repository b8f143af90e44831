import {
  type Clock,
  type HandOver,
  type Indexer,
  type IndexOptions,
  invariant,
  type TaskOutcome,
} from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { clearSpec } from './clear-spec.ts';
import { connectDruid, type Druid } from './druid.ts';
import type { IndexerDefinition } from './indexer-definition.ts';
import { retireTask } from './retire-task.ts';
import { servedEvents } from './served-events.ts';
import { servedSums } from './served-sums.ts';
import { indexTaskId } from './task-id.ts';
import { checkRowStats } from './task-report.ts';
import { type TaskSpec, taskSpec } from './task-spec.ts';
import { DEFAULT_TIMING, type Timing } from './timing.ts';
import { verifyEmptyHour } from './verify-empty-hour.ts';
import { verifyHour } from './verify-hour.ts';
import { finalRowStats, waitForTask } from './wait-for-task.ts';

export interface IndexerOptions {
  /** Must have a `druid` section. */
  readonly definition: IndexerDefinition;
  readonly program: Program;
  readonly clock: Clock;
  /** Default: the global fetch. */
  readonly fetch?: typeof globalThis.fetch;
  readonly timing?: Partial<Timing>;
}

/** Stage 2 on a Druid cluster, of version 32 or later. Nothing is sent before a method is called. */
export function createIndexer(options: IndexerOptions): Indexer {
  const { definition, program, clock, fetch = globalThis.fetch } = options;
  const target = definition.druid;
  invariant(target !== undefined, 'an indexer needs a definition with druid');
  const druid = connectDruid({ target, clock, fetch, timing: { ...DEFAULT_TIMING, ...options.timing } });
  const taskId = (handOver: HandOver, attempt: number) => indexTaskId(target.dataSource, handOver, attempt);
  return {
    ping: (signal) => ping(druid, signal),
    served: (chunk, signal) => servedEvents(druid, chunk, program.countMetric, signal),
    taskId,
    submit: (handOver, attempt, { signal }) =>
      druid.overlord.submit(hourSpec(definition, program, handOver, taskId(handOver, attempt)), signal),
    retire: (id, calls) => retireTask(druid, id, calls),
    wait: (handOver, attempt, calls) => outcomeOf(druid, handOver, taskId(handOver, attempt), calls),
    verify: (handOver, attempt, calls) => {
      const id = taskId(handOver, attempt);
      if (handOver.locations.length === 0) return verifyEmptyHour(druid, handOver, id, calls);
      return verifyHour(druid, program, handOver, id, calls);
    },
    sums: (chunk, metrics, signal) => servedSums(druid, chunk, metrics, signal),
  };
}

async function ping({ overlord, coordinator, broker }: Druid, signal: AbortSignal): Promise<void> {
  await Promise.all([overlord.leader(signal), coordinator.leader(signal), broker.ping(signal)]);
}

/** The task that makes the hour what the manifest says: its rows, or nothing. */
function hourSpec(definition: IndexerDefinition, program: Program, handOver: HandOver, taskId: string): TaskSpec {
  const { plan, result } = handOver.manifest;
  invariant(handOver.locations.length === result.parts.length, 'every part has a location');
  if (result.parts.length > 0) return taskSpec(definition, program, handOver, taskId);
  invariant(definition.druid !== undefined && result.counts.kept === 0, 'only an hour without events is emptied');
  return clearSpec(definition.druid.dataSource, plan.chunk, taskId);
}

async function outcomeOf(
  druid: Druid,
  handOver: HandOver,
  taskId: string,
  options: IndexOptions,
): Promise<TaskOutcome> {
  const { state, errorMessage } = await waitForTask(druid, taskId, options);
  if (state === 'FAILED') return { state: 'failed', message: errorMessage ?? 'Druid gave no reason' };
  if (handOver.locations.length === 0) return { state: 'succeeded', processed: 0 };
  const stats = await finalRowStats(druid, taskId, options.signal);
  const expectedRows = handOver.manifest.result.parts.reduce((rows, part) => rows + part.rows, 0);
  checkRowStats(stats, expectedRows, taskId);
  return { state: 'succeeded', processed: stats.processed };
}
