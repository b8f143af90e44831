// Runs inside workers: see `WorkerModule` of core.
import { type Clock, type KafkaOpener, systemClock } from '@hourmill/core';
import { KafkaClient } from '../client/kafka-client.ts';
import { loadKafkaJs } from '../client/open-connection.ts';
import { KafkaSplitReader } from './kafka-split-reader.ts';
import { fromWorkerOptions } from './kafka-worker-options.ts';
import { checkTopic, PartitionLog, type PartitionLogOptions } from './partition-log.ts';
import { ResponseBuffers } from './response-buffers.ts';

export interface KafkaSplitTuning
  extends Partial<Pick<PartitionLogOptions, 'maxBytes' | 'maxWaitMs' | 'deadlineMs' | 'recoveryMs'>> {
  /** How many record sets wait for the reader at most, while one more is on its way. */
  readonly ahead?: number;
  /** For pauses and deadlines. Default: the system's. */
  readonly clock?: Clock;
}

const DEFAULTS = { maxBytes: 4 << 20, maxWaitMs: 500, deadlineMs: 120_000, recoveryMs: 30_000, ahead: 2 };

/** Loads kafkajs, which takes longer than to connect. */
export async function load(): Promise<void> {
  await loadKafkaJs();
}

/** @param options made by `toWorkerOptions` */
export function openSplits(options: unknown, { clock = systemClock, ...tuning }: KafkaSplitTuning = {}): KafkaOpener {
  const { ahead, ...reading } = { ...DEFAULTS, ...tuning };
  const client = new KafkaClient({ connection: fromWorkerOptions(options), clock, deadlineMs: reading.deadlineMs });
  const buffers = new ResponseBuffers(reading.maxBytes);
  return {
    type: 'kafka',
    open: async (split, signal, acceptLoss = false) => {
      await checkTopic(split, client.topic(split.topic, signal));
      const openLog = (ends: AbortSignal) =>
        new PartitionLog(split, ends, { client, buffers, clock, acceptLoss, ...reading });
      return new KafkaSplitReader({ openLog, buffers, ahead, signal });
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
