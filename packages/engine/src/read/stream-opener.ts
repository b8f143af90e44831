import { invariant, type ObjectOpener, type ObjectSplit, type Source, type SplitReader } from '@hourmill/core';

/** Reads the splits of a source that gives streams only: whole splits, on the main thread, from their beginning onwards. */
export function openStreams(source: Source): ObjectOpener {
  return {
    type: 'object',
    open: (split, signal) => new StreamReader(source, split, signal),
    [Symbol.asyncDispose]: async () => {},
  };
}

class StreamReader implements SplitReader {
  readonly #split: ObjectSplit;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  #position = 0;
  #ended = false;

  constructor(source: Source, split: ObjectSplit, signal: AbortSignal) {
    this.#split = split;
    invariant(source.read !== undefined, 'a source without a worker module is read as streams');
    this.#pieces = source.read(split, signal)[Symbol.asyncIterator]();
  }

  read(memory: Uint8Array, at: number, length: number, position: number): number | Promise<void> {
    invariant(position === this.#position, 'a stream is read onwards only');
    if (this.#piece.length === 0 && !this.#ended) return this.#pull();
    const bytes = this.#piece.subarray(0, length);
    memory.set(bytes, at);
    this.#piece = this.#piece.subarray(bytes.length);
    this.#position += bytes.length;
    return bytes.length;
  }

  async close(): Promise<void> {
    // A source looks at the end whether the split is still the planned one.
    if (this.#position === this.#split.bytes && !this.#ended) await this.#pull();
    await this.#pieces.return?.();
  }

  async #pull(): Promise<void> {
    do {
      const { done, value } = await this.#pieces.next();
      this.#ended = done === true;
      this.#piece = value ?? new Uint8Array(0);
    } while (this.#piece.length === 0 && !this.#ended);
  }
}
