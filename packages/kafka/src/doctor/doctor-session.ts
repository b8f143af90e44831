import type { Clock, KafkaSplit } from '@hourmill/core';
import type { KafkaConnection } from '@hourmill/pipeline';
import { KafkaClient } from '../client/kafka-client.ts';
import type { TimeWindow } from '../plan/batch-summary.ts';

export interface DoctorOptions {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly isolation: KafkaSplit['isolation'];
  readonly tombstones: KafkaSplit['tombstones'];
  /** The record times that a run of the chunk reads. */
  readonly window: TimeWindow;
  readonly clock: Clock;
}

/** What the checks of a topic share. Disposing of it closes the connections. */
export interface DoctorSession extends DoctorOptions, AsyncDisposable {
  readonly client: KafkaClient;
}

/** A person waits for the answers. */
const DEADLINE_MS = 5_000;

/** Connects to nothing yet. */
export function openDoctorSession(options: DoctorOptions): DoctorSession {
  const { connection, clock } = options;
  const client = new KafkaClient({
    connection,
    clock,
    deadlineMs: DEADLINE_MS,
    connectTimeoutMs: DEADLINE_MS,
    requestTimeoutMs: DEADLINE_MS,
  });
  return { ...options, client, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}
