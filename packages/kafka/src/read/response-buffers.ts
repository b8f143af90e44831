/** A response has a little more than the record batches. */
const OVERHEAD_BYTES = 64 * 1024;

/**
 * Memory that responses are received into, used again and again: to allocate megabytes for each costs as much as to receive
 * it. Larger ones than usual get their own. Not for more than one thread.
 */
export class ResponseBuffers {
  readonly #usualBytes: number;
  readonly #free: ArrayBuffer[] = [];

  /** @param maxBytes of record batches that are asked for at once */
  constructor(maxBytes: number) {
    this.#usualBytes = maxBytes + OVERHEAD_BYTES;
  }

  /** Memory of any content. It is the caller's. */
  take(bytes: number): Uint8Array {
    if (bytes > this.#usualBytes) return new Uint8Array(bytes);
    return new Uint8Array(this.#free.pop() ?? new ArrayBuffer(this.#usualBytes), 0, bytes);
  }

  /** @param memory what was taken, and nobody reads or writes any more */
  giveBack({ buffer }: Uint8Array): void {
    if (buffer.byteLength === this.#usualBytes) this.#free.push(buffer as ArrayBuffer);
  }
}
