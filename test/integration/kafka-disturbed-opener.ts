// Runs inside the engine's workers, instead of the module that a Kafka source names.
import type { KafkaOpener, RecordSet, RecordSetReader } from '@hourmill/core';
import {
  type KafkaSplitTuning,
  load,
  openSplits as openReal,
} from '../../packages/kafka/src/read/kafka-split-opener.ts';

export { load };

export interface DisturbedOpenerOptions {
  /** Of the source's own module. */
  readonly real: unknown;
  /** Such as how much a request asks for. */
  readonly tuning?: Omit<KafkaSplitTuning, 'clock'>;
  /** Ends a process group for good, once, when all workers together have got so many record sets. */
  readonly kill?: { readonly group: number; readonly afterSets: number; readonly sets: Int32Array<SharedArrayBuffer> };
}

/** The real readers, disturbed. */
export function openSplits(given: unknown): KafkaOpener {
  const { real, tuning, kill } = given as DisturbedOpenerOptions;
  const opener = openReal(real, tuning);
  const count = (got: RecordSet | null | Promise<void>): void => {
    if (kill === undefined || got === null || got instanceof Promise) return;
    if (Atomics.add(kill.sets, 0, 1) + 1 === kill.afterSets) process.kill(-kill.group, 'SIGKILL');
  };
  return {
    type: opener.type,
    open: async (split, signal, acceptLoss): Promise<RecordSetReader> => {
      const reader = await opener.open(split, signal, acceptLoss);
      return {
        next: () => {
          const got = reader.next();
          count(got);
          return got;
        },
        close: () => reader.close(),
      };
    },
    [Symbol.asyncDispose]: () => opener[Symbol.asyncDispose](),
  };
}
