import {
  type Clock,
  type Listing,
  type Source,
  type SourceCheck,
  systemClock,
  type TimeChunk,
  type WorkerModule,
} from '@hourmill/core';
import type { KafkaConnection } from '@hourmill/pipeline';
import { kafkaChecks } from './doctor/kafka-checks.ts';
import type { TimeWindow } from './plan/batch-summary.ts';
import { toWorkerOptions } from './read/kafka-worker-options.ts';

export interface KafkaSourceOptions {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly isolation: 'read_committed' | 'read_uncommitted';
  readonly tombstones: 'reject' | 'skip';
  /** How much wider than the chunk records are read, by their timestamps. */
  readonly window: { readonly beforeMs: number; readonly afterMs: number };
  /** How long a plan waits for transactions that are open inside the window. Default 60,000. */
  readonly transactionDeadlineMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** Beside this file, or beside the bundle that it is a part of. */
const WORKER_MODULE = new URL(
  import.meta.url.endsWith('.ts') ? './read/kafka-split-opener.ts' : './kafka-split-opener.mjs',
  import.meta.url,
).href;

/**
 * Raw events in a topic of Kafka: each message is a record. `list` looks at the log over connections of its own, which are closed
 * when it is done; splits are read inside workers. Nothing of it joins a consumer group, commits or resets an offset.
 *
 * Failures are HM_INPUT_001 (no such topic), HM_INPUT_004 (TLS, authentication, a missing ACL), HM_INPUT_005 (no answer for two
 * minutes), HM_INPUT_006 and HM_INPUT_007 (the log changed meanwhile), HM_INPUT_009 (messages of an old format), HM_INPUT_010
 * (open transactions) and HM_INPUT_011 (old brokers). Disposing of the source closes what its checks opened.
 */
export function kafkaSource(options: KafkaSourceOptions): Source & AsyncDisposable {
  return new KafkaSource(options);
}

/** What speaks to Kafka is loaded when it is needed: a run on files does without. */
class KafkaSource implements Source, AsyncDisposable {
  readonly #options: KafkaSourceOptions;
  readonly #clock: Clock;
  readonly #opened = new AsyncDisposableStack();

  constructor(options: KafkaSourceOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  async list(chunk: TimeChunk, signal?: AbortSignal): Promise<Listing> {
    const { connection, topic } = this.#options;
    const [{ KafkaClient }, { openBrokerLog }, { planTopic }] = await Promise.all([
      import('./client/kafka-client.ts'),
      import('./plan/broker-log.ts'),
      import('./plan/plan-topic.ts'),
    ]);
    await using client = new KafkaClient({ connection, clock: this.#clock });
    const log = await openBrokerLog(client, topic, signal);
    return await planTopic(log, this.#windowOf(chunk), { ...this.#options, ...(signal && { signal }) });
  }

  /** Made anew for each reader of it, so that its plain secrets do not lie around. */
  get worker(): WorkerModule {
    return { module: WORKER_MODULE, options: toWorkerOptions(this.#options.connection) };
  }

  checks(chunk: TimeChunk): readonly SourceCheck[] {
    const open = async () => {
      const { openDoctorSession } = await import('./doctor/doctor-session.ts');
      return this.#opened.use(
        openDoctorSession({ ...this.#options, clock: this.#clock, window: this.#windowOf(chunk) }),
      );
    };
    return kafkaChecks(open);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }

  #windowOf({ startMs, endMs }: TimeChunk): TimeWindow {
    const { beforeMs, afterMs } = this.#options.window;
    return { fromMs: startMs - beforeMs, toMs: endMs + afterMs };
  }
}
