import { HourmillError } from '@hourmill/core';
import type { KafkaConnection } from '@hourmill/pipeline';
import { addressText, type HostAndPort } from './broker-address.ts';
import type { NodeConnection } from './node-connection.ts';
import { type OpenConnection, openConnection } from './open-connection.ts';

export interface ConnectionsOptions {
  readonly connection: KafkaConnection;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

/** One connection to each broker, opened when it is first needed, and anew when it is over. */
export class Connections implements AsyncDisposable {
  readonly #options: ConnectionsOptions;
  readonly #byAddress = new Map<string, Promise<OpenConnection>>();
  #isClosed = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** @throws what {@link openConnection} throws; the signal's reason once it is aborted; HM_INPUT_005 after the end */
  async to(broker: HostAndPort, signal?: AbortSignal): Promise<NodeConnection> {
    const address = addressText(broker);
    const known = this.#byAddress.get(address);
    if (known !== undefined) {
      const open = await unlessAborted(known, signal);
      if (!open.node.isOver && !open.isExpired()) return open.node;
      if (this.#byAddress.get(address) === known) this.#byAddress.delete(address);
      open.node.closeWhenIdle();
    }
    const opening = this.#byAddress.get(address) ?? this.#open(address, broker);
    return (await unlessAborted(opening, signal)).node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#byAddress.values()];
    this.#byAddress.clear();
    for (const settled of await Promise.allSettled(all)) {
      if (settled.status === 'fulfilled') settled.value.node.close();
    }
  }

  #open(address: string, broker: HostAndPort): Promise<OpenConnection> {
    // Who still asks is forgotten work: nobody would close what it opens, and the process would not end.
    if (this.#isClosed) throw new HourmillError('HM_INPUT_005', 'the connections are closed', { retryable: false });
    const opening = openConnection({ ...this.#options, ...broker, address });
    this.#byAddress.set(address, opening);
    opening.catch(() => {
      if (this.#byAddress.get(address) === opening) this.#byAddress.delete(address);
    });
    return opening;
  }
}

/** What others wait for too goes on when one of them does not want it any more. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
