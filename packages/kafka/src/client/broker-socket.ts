import { EventEmitter } from 'node:events';
import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type SecureContextOptions } from 'node:tls';
import type { KafkaConnection } from '@hourmill/pipeline';

const KEEP_ALIVE_MS = 60_000;
const HANDSHAKE_BYTES = 16 * 1024;

/** Who gets what the broker sends: see {@link ResponseFramer}. Its methods may throw: then the socket is closed with that error. */
export interface ByteReceiver {
  target(): Uint8Array;
  filled(bytes: number): void;
  write(bytes: Uint8Array): void;
}

/**
 * A socket that kafkajs talks through (it listens to `data`, `end` and `error`) until it is handed over to a receiver of ours:
 * then the system writes what arrives right into the receiver's memory (`onread` of node:net). `closed` comes in any case.
 */
export class BrokerSocket extends EventEmitter<{
  connect: [];
  data: [Buffer];
  end: [];
  error: [Error];
  timeout: [];
  closed: [];
}> {
  readonly #socket: Socket;
  readonly #handshake = Buffer.allocUnsafeSlow(HANDSHAKE_BYTES);
  #receiver: ByteReceiver | null = null;
  /** Whose memory the next bytes come to. */
  #lender: ByteReceiver | null = null;
  #failure: Error | null = null;
  #hasEnded = false;

  /** Throws when the certificates or the key of `tls` are none. */
  constructor(host: string, port: number, tls: KafkaConnection['tls']) {
    super();
    const onConnect = () => this.emit('connect');
    const onread: OnReadOpts = {
      buffer: () => this.#lend(),
      callback: (bytes, memory) => this.#arrived(bytes, memory),
    };
    const address = { host, port, onread, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
    this.#socket =
      tls === null
        ? connectTcp(address, onConnect)
        : connectTls({ ...address, ...tlsOptions(tls), ...(isIP(host) === 0 && { servername: host }) }, onConnect);
    this.#socket.on('end', () => {
      this.#hasEnded = true;
      if (this.#receiver === null) this.emit('end');
    });
    this.#socket.on('error', (error) => {
      this.#failure ??= error;
      if (this.#receiver === null) this.emit('error', error);
    });
    this.#socket.on('close', () => this.emit('closed'));
  }

  /** Why it was closed, if not by the broker. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** The broker has closed it, or it has failed. */
  get isOver(): boolean {
    return this.#hasEnded || this.#failure !== null || this.#socket.destroyed;
  }

  /** To be called when no answer is on its way. Null: to kafkajs. */
  handOver(receiver: ByteReceiver | null): void {
    this.#receiver = receiver;
  }

  write(bytes: Uint8Array | string, encoding?: BufferEncoding): void {
    this.#socket.write(bytes, encoding);
  }

  /** At once; `closed` follows. */
  destroy(failure?: Error): void {
    this.#failure ??= failure ?? null;
    this.#socket.destroy();
  }

  end(): void {
    this.#socket.end();
  }

  unref(): void {
    this.#socket.unref();
  }

  #lend(): Uint8Array {
    this.#lender = this.#receiver;
    return this.#lender?.target() ?? this.#handshake;
  }

  #arrived(bytes: number, memory: Uint8Array): boolean {
    const receiver = this.#receiver;
    try {
      if (receiver === null) this.emit('data', Buffer.from(memory.subarray(0, bytes)));
      else if (receiver === this.#lender) receiver.filled(bytes);
      else receiver.write(memory.subarray(0, bytes));
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
    return true;
  }
}

function tlsOptions({ ca, cert, key }: NonNullable<KafkaConnection['tls']>): SecureContextOptions {
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key && { key: key.reveal() }) };
}
