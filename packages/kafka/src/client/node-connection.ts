import { type Api, type BrokerVersions, negotiate } from '../protocol/api.ts';
import { apiVersions } from '../protocol/api-versions.ts';
import { isKafkaError } from '../protocol/kafka-errors.ts';
import { WireReader } from '../protocol/wire-reader.ts';
import { WireWriter } from '../protocol/wire-writer.ts';
import type { BrokerSocket } from './broker-socket.ts';
import { closedByBroker, type Entrance, notWelcome, toConnectionError, unanswered } from './connection-failure.ts';
import { ResponseFramer } from './response-framer.ts';

export const CLIENT_ID = 'hourmill';

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** The request cannot be said in a newer version. */
  readonly maxVersion?: number | undefined;
  /** Memory for the answer, which is a view of it then. Default: new memory. */
  readonly allocate?: ((bytes: number) => Uint8Array) | undefined;
}

interface Pending {
  readonly apiName: string;
  readonly allocate: ((bytes: number) => Uint8Array) | undefined;
  readonly settle: (body: Uint8Array | null, failure?: unknown) => void;
}

export interface NodeConnectionOptions extends Entrance {
  /** A broker that takes longer for an answer is given up, and the connection with it. */
  readonly requestTimeoutMs: number;
}

/**
 * Requests and answers over one socket, as many on their way as one likes: a broker answers in the order of the requests.
 * Once a request has failed otherwise than by its signal, so have all others, and the connection is closed.
 */
export class NodeConnection {
  readonly #socket: BrokerSocket;
  readonly #options: NodeConnectionOptions;
  readonly #pending = new Map<number, Pending>();
  readonly receiver: ResponseFramer;
  versions: BrokerVersions = new Map();
  #correlationId = 0;
  #answers = 0;
  #isLeaving = false;

  constructor(socket: BrokerSocket, options: NodeConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.receiver = new ResponseFramer({
      allocate: (id, bytes) => this.#pending.get(id)?.allocate?.(bytes) ?? new Uint8Array(bytes),
      received: (id, body) => this.#received(id, body),
    });
    socket.on('closed', () => this.#closed());
  }

  get isOver(): boolean {
    return this.#socket.isOver;
  }

  /**
   * @throws HM_INPUT_005 when the broker does not answer, HM_INPUT_004 when it turns out that we may not be here, HM_INPUT_011
   *   when it does not know the request; the signal's reason once that is aborted
   */
  async send<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    { signal, maxVersion, allocate }: SendOptions = {},
  ): Promise<Response> {
    const version = negotiate(api, this.versions, maxVersion);
    const body = await this.#exchange(api, request, version, allocate, signal);
    return this.#decode(body, (reader) => {
      reader.tags(); // the response's header, version 1
      return api.decode(reader, version);
    });
  }

  /**
   * To be asked before all else. It alone has a header of version 0 in its answer.
   * @throws HM_INPUT_004 when the broker still waits for an authentication; else as {@link send}
   */
  async askVersions(softwareVersion: string): Promise<void> {
    const request = { software: CLIENT_ID, softwareVersion };
    const body = await this.#exchange(apiVersions, request, apiVersions.versions.max);
    const answer = this.#decode(body, (reader) => apiVersions.decode(reader, apiVersions.versions.max));
    if (isKafkaError(answer.errorCode, 'ILLEGAL_SASL_STATE')) throw notWelcome(this.#options);
    this.versions = answer.versions;
  }

  /** At once: what is on its way fails. */
  close(): void {
    this.#socket.destroy();
  }

  /** As soon as all answers are there. */
  closeWhenIdle(): void {
    this.#isLeaving = true;
    if (this.#pending.size === 0) this.close();
  }

  #exchange<Request>(
    api: Api<Request, unknown>,
    request: Request,
    version: number,
    allocate?: (bytes: number) => Uint8Array,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.isOver) throw this.#failure();
      const id = this.#correlationId;
      this.#correlationId = (id + 1) % 2 ** 31;
      const abandon = () => {
        clearTimeout(timer);
        // The answer comes all the same, and is thrown away.
        this.#pending.set(id, { apiName: api.name, allocate: undefined, settle: () => {} });
        reject(signal?.reason);
      };
      const timer = setTimeout(() => this.#giveUp(api.name), this.#options.requestTimeoutMs);
      const settle = (body: Uint8Array | null, failure?: unknown) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abandon);
        if (body === null) reject(failure);
        else resolve(body);
      };
      signal?.addEventListener('abort', abandon, { once: true });
      this.#pending.set(id, { apiName: api.name, allocate, settle });
      this.#socket.write(encodeRequest(api, request, version, id));
    });
  }

  #received(id: number, body: Uint8Array): void {
    this.#answers++;
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.settle(body);
    if (this.#isLeaving) this.closeWhenIdle();
  }

  #decode<T>(body: Uint8Array, decode: (reader: WireReader) => T): T {
    try {
      return decode(new WireReader(body));
    } catch (error) {
      const failure = unanswered(this.#options.address, 'its answer cannot be understood', error);
      this.#socket.destroy(failure);
      throw failure;
    }
  }

  #giveUp(apiName: string): void {
    const seconds = this.#options.requestTimeoutMs / 1000;
    this.#socket.destroy(unanswered(this.#options.address, `no answer to ${apiName} within ${seconds} s`));
  }

  #closed(): void {
    const failure = this.#failure();
    for (const { settle } of this.#pending.values()) settle(null, failure);
    this.#pending.clear();
  }

  #failure(): Error {
    if (this.#socket.failure !== null) return toConnectionError(this.#socket.failure, this.#options);
    return closedByBroker(this.#options, this.#answers <= 1);
  }
}

/** With its length and a request header of version 2. */
function encodeRequest<Request>(api: Api<Request, unknown>, request: Request, version: number, id: number): Buffer {
  const writer = new WireWriter();
  writer.int32(0);
  writer.int16(api.key);
  writer.int16(version);
  writer.int32(id);
  writer.string(CLIENT_ID);
  writer.noTags();
  api.encode(writer, request, version);
  const bytes = writer.finish();
  bytes.writeInt32BE(bytes.length - 4);
  return bytes;
}
