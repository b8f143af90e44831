import { invariant, type SplitReader } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import type { TextProducer } from './text-producer.ts';

/** A cut of a plain split: the lines whose first byte lies in `[from, to)` of its `size` bytes. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

/** Large enough that a system call costs nothing beside copying, small enough for the L2 cache. */
const READ_BYTES = 512 * 1024;
/** At the edges of a range only the end of a line is looked for. */
const EDGE_READ_BYTES = 16 * 1024;
const LF = 0x0a;

/**
 * The lines of a range of an uncompressed split, read straight into the kernel's memory. A cut between ranges belongs
 * behind the first LF at or after the byte before it, so that ranges that meet share no line and lose none: that is where
 * this one starts and where it ends.
 */
export class PlainText implements TextProducer {
  readonly historyBytes = 0;
  readonly fillBytes = READ_BYTES + 2 * EDGE_READ_BYTES;
  readonly overshootBytes = 0;
  readonly #kernel: Kernel;
  readonly #reader: SplitReader;
  readonly #range: LineRange;
  /** Of the next byte to read. */
  #position: number;
  #startOffset: number | undefined;
  #ended: boolean;

  constructor(kernel: Kernel, reader: SplitReader, range: LineRange) {
    this.#kernel = kernel;
    this.#reader = reader;
    this.#range = range;
    this.#position = Math.max(0, range.from - 1);
    this.#startOffset = range.from === 0 ? 0 : undefined;
    this.#ended = range.from >= Math.min(range.to, range.size);
  }

  get position(): number {
    return this.#position;
  }

  get startOffset(): number {
    return this.#startOffset ?? this.#position;
  }

  get ended(): boolean {
    return this.#ended;
  }

  fill(out: number): number | Promise<void> {
    while (!this.#ended) {
      const position = this.#position;
      const bytesRead = this.#reader.read(this.#kernel.bytes, out, this.#wanted(), position);
      if (typeof bytesRead !== 'number') return bytesRead;
      invariant(bytesRead > 0, 'a split is as long as planned');
      this.#position += bytesRead;
      const lines = this.#untilEnd(this.#kernel.bytes.subarray(out, out + bytesRead), position);
      const length = this.#fromStart(lines, position);
      if (length > 0) return out + length;
    }
    return out;
  }

  close(): void | Promise<void> {
    return this.#reader.close();
  }

  #wanted(): number {
    const { to, size } = this.#range;
    const inRange = Math.max(0, Math.min(to, size) - this.#position);
    return Math.min(this.#wantedOf(inRange), size - this.#position);
  }

  #wantedOf(inRange: number): number {
    // Little at first, since what comes before the first line must be moved away.
    if (this.#startOffset === undefined) return EDGE_READ_BYTES;
    // With the last bytes of the range those that its last line may have behind it.
    return inRange > READ_BYTES + EDGE_READ_BYTES ? READ_BYTES : inRange + EDGE_READ_BYTES;
  }

  /** Of the bytes just read at `position` those that do not lie behind the end of the range. */
  #untilEnd(bytes: Uint8Array, position: number): Uint8Array {
    const { to, size } = this.#range;
    this.#ended = this.#position >= size;
    if (to >= size || this.#position < to) return bytes;
    // An LF at `to - 1` ends the last line as well.
    const lineEnd = bytes.indexOf(LF, Math.max(0, to - 1 - position));
    if (lineEnd === -1) return bytes;
    this.#ended = true;
    return bytes.subarray(0, lineEnd + 1);
  }

  /** Moves the lines of the range to the front of what was read at `position`; the number of their bytes. */
  #fromStart(bytes: Uint8Array, position: number): number {
    if (this.#startOffset !== undefined) return bytes.length;
    const lineEnd = bytes.indexOf(LF);
    if (lineEnd === -1) {
      // The line before the range goes beyond it: the range has no line of its own.
      this.#ended ||= this.#position >= this.#range.to;
      return 0;
    }
    // The view begins at its address.
    this.#kernel.exports.moveBytes(bytes.byteOffset, bytes.byteOffset + lineEnd + 1, bytes.length - lineEnd - 1);
    this.#startOffset = position + lineEnd + 1;
    return bytes.length - lineEnd - 1;
  }
}
