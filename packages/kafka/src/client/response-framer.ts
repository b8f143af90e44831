import { HourmillError } from '@hourmill/core';

/** Length and correlation id. */
const HEAD_BYTES = 8;
/** Small answers are read with few calls, whole. */
const SMALL_BYTES = 64 * 1024;
/** No answer of ours comes near: this is no Kafka. */
const MAX_BYTES = 1 << 30;

export interface ResponseSink {
  /** Memory for an answer. The bytes come from the start of it. */
  allocate(correlationId: number, bytes: number): Uint8Array;
  /** @param body what `allocate` gave, filled */
  received(correlationId: number, body: Uint8Array): void;
}

/**
 * Cuts what a broker sends into answers: each has its length (int32) and correlation id (int32) before it. The socket
 * writes to {@link target} and tells {@link filled}; so all of a large answer but its start goes to where it is to be, without a
 * copy. Pure: no I/O.
 */
export class ResponseFramer {
  readonly #sink: ResponseSink;
  readonly #small = Buffer.allocUnsafeSlow(SMALL_BYTES);
  #smallBytes = 0;
  #body: Uint8Array | null = null;
  #bodyBytes = 0;
  #correlationId = 0;

  constructor(sink: ResponseSink) {
    this.#sink = sink;
  }

  /** Where the next bytes go; never empty. */
  target(): Uint8Array {
    return this.#body === null ? this.#small.subarray(this.#smallBytes) : this.#body.subarray(this.#bodyBytes);
  }

  /**
   * @param bytes so many came to the start of {@link target}
   * @throws HM_INPUT_005 when this is no answer of Kafka
   */
  filled(bytes: number): void {
    if (this.#body === null) {
      this.#smallBytes += bytes;
      this.#readSmall();
    } else {
      this.#bodyBytes += bytes;
      this.#finishBody(this.#body);
    }
  }

  /** For sockets that bring memory of their own. */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const target = this.target();
      const piece = bytes.subarray(at, at + target.length);
      target.set(piece);
      at += piece.length;
      this.filled(piece.length);
    }
  }

  #readSmall(): void {
    let at = 0;
    while (this.#smallBytes - at >= HEAD_BYTES) {
      const bytes = this.#small.readInt32BE(at) - 4;
      if (bytes < 0 || bytes > MAX_BYTES) throw new HourmillError('HM_INPUT_005', 'what answers is no Kafka broker');
      this.#correlationId = this.#small.readInt32BE(at + 4);
      at += HEAD_BYTES;
      const body = this.#sink.allocate(this.#correlationId, bytes);
      const here = this.#small.subarray(at, Math.min(at + bytes, this.#smallBytes));
      body.set(here);
      at += here.length;
      this.#body = body;
      this.#bodyBytes = here.length;
      if (!this.#finishBody(body)) break;
    }
    this.#small.copyWithin(0, at, this.#smallBytes);
    this.#smallBytes -= at;
  }

  #finishBody(body: Uint8Array): boolean {
    if (this.#bodyBytes < body.length) return false;
    this.#body = null;
    this.#sink.received(this.#correlationId, body);
    return true;
  }
}
