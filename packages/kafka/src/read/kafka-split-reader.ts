import type { RecordSet, RecordSetReader } from '@hourmill/core';
import type { FetchedBatches, PartitionLog } from './partition-log.ts';
import type { ResponseBuffers } from './response-buffers.ts';

export interface KafkaSplitReaderOptions {
  /** @param signal ends what is on its way */
  readonly openLog: (signal: AbortSignal) => Pick<PartitionLog, 'fetch' | 'isEnd'>;
  readonly buffers: ResponseBuffers;
  /** How many record sets wait for the reader at most, while one more is on its way. */
  readonly ahead: number;
  readonly signal: AbortSignal;
}

/** Fetches the log of a split ahead of its reader. */
export class KafkaSplitReader implements RecordSetReader {
  readonly #options: KafkaSplitReaderOptions;
  readonly #log: ReturnType<KafkaSplitReaderOptions['openLog']>;
  readonly #stop = new AbortController();
  readonly #ready: FetchedBatches[] = [];
  #isFetching = false;
  #isClosed = false;
  #lent: FetchedBatches | null = null;
  #failure: { readonly error: unknown } | null = null;
  #waiting: PromiseWithResolvers<void> | null = null;
  readonly #onAbort = () => this.#waiting?.reject(this.#options.signal.reason);

  constructor(options: KafkaSplitReaderOptions) {
    this.#options = options;
    this.#log = options.openLog(AbortSignal.any([options.signal, this.#stop.signal]));
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#fetchAhead();
  }

  next(): RecordSet | null | Promise<void> {
    this.#options.signal.throwIfAborted();
    this.#giveBack(this.#lent);
    this.#lent = this.#ready.shift() ?? null;
    this.#fetchAhead();
    if (this.#lent !== null) return this.#lent;
    if (this.#failure !== null) throw this.#failure.error;
    if (!this.#isFetching) return null;
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  close(): void {
    this.#isClosed = true;
    // Or a request that is tried again and again would outlive the connections.
    this.#stop.abort();
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#giveBack(this.#lent);
    for (const batches of this.#ready.splice(0)) this.#giveBack(batches);
    this.#lent = null;
  }

  #fetchAhead(): void {
    const isFull = this.#isFetching || this.#ready.length >= this.#options.ahead;
    if (isFull || this.#log.isEnd || this.#failure !== null || this.#isClosed) return;
    this.#isFetching = true;
    this.#log.fetch().then(
      (batches) => this.#arrived(batches),
      (error) => this.#arrived(null, { error }),
    );
  }

  #arrived(batches: FetchedBatches | null, failure: { readonly error: unknown } | null = null): void {
    this.#isFetching = false;
    this.#failure = failure;
    if (this.#isClosed) this.#giveBack(batches);
    else if (batches !== null) this.#ready.push(batches);
    // Before the reader wakes up: the broker works while it does.
    this.#fetchAhead();
    this.#waiting?.resolve();
    this.#waiting = null;
  }

  #giveBack(batches: FetchedBatches | null): void {
    if (batches !== null) this.#options.buffers.giveBack(batches.memory);
  }
}
