import { zstdDecompressSync } from 'node:zlib';
import { CODEC, type Kernel, RECORDS, SLACK_BYTES } from '@hourmill/kernel';
import { openZstdHandle, type ZstdHandle } from '../zstd/zstd-handle.ts';
import { BatchDamage, batchDamage } from './damaged-batch.ts';
import type { RecordBatch } from './record-batch.ts';

/** Room for some batches of a usual size. */
const LEAST_BYTES = 1024 * 1024;
/** The records of a batch may not take more: a few bytes can be made to inflate to gigabytes. */
const MOST_BYTES = 256 * 1024 * 1024;
const BEHIND_BYTES = Math.max(RECORDS.overshootBytes, SLACK_BYTES);

/** Addresses of uncompressed records. */
export interface RecordsPlace {
  readonly at: number;
  readonly end: number;
}

/** The records of compressed batches, uncompressed, one batch behind the other in a buffer of the kernel's memory. */
export class DecompressedRecords {
  readonly #kernel: Kernel;
  #buffer = 0;
  #bytes = 0;
  /** What lies before this address is in use. */
  #top = 0;
  /** What the records of the last batch took: those of the next one are seldom fewer. */
  #usualBytes = 0;
  #zstd: ZstdHandle | null | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Nothing of it is in use any more. */
  empty(): void {
    this.#top = this.#buffer;
  }

  /** Null when there is no room beside what is in use. @throws HM_LIMIT_001 */
  decompress({ codec, recordsAt, recordsEnd }: RecordBatch): RecordsPlace | BatchDamage | null {
    if (this.#bytes === 0) this.#allocate(LEAST_BYTES);
    for (;;) {
      const at = this.#top;
      const limit = this.#buffer + this.#bytes;
      // To begin in a room that is too small would be work for nothing.
      if (at > this.#buffer && limit - at < this.#usualBytes) return null;
      const end =
        codec === CODEC.zstd
          ? this.#decodeZstd(recordsAt, recordsEnd, at, limit)
          : this.#decode(codec, recordsAt, recordsEnd, at, limit);
      if (end instanceof BatchDamage) return end;
      if (end !== null) {
        this.#top = end;
        this.#usualBytes = end - at;
        return { at, end };
      }
      if (at > this.#buffer) return null;
      if (this.#bytes === MOST_BYTES) return new BatchDamage(`it inflates to more than ${MOST_BYTES} bytes`);
      this.#allocate(Math.min(MOST_BYTES, 2 * this.#bytes));
    }
  }

  close(): void {
    if (this.#bytes > 0) this.#kernel.exports.release(this.#buffer, this.#bytes + BEHIND_BYTES);
    this.#zstd?.close();
  }

  /** Where the records end; null when they do not fit. */
  #decode(codec: number, at: number, end: number, out: number, limit: number): number | BatchDamage | null {
    const written = this.#kernel.exports.decompressRecords(codec, at, end, out, limit);
    if (written === RECORDS.tooLarge) return null;
    return written < 0 ? batchDamage(written) : out + written;
  }

  #decodeZstd(at: number, end: number, out: number, limit: number): number | BatchDamage | null {
    if (this.#zstd === undefined) this.#zstd = openZstdHandle();
    const { bytes } = this.#kernel;
    try {
      return this.#zstd === null
        ? decodeWhole(bytes, at, end, out, limit)
        : stepThrough(this.#zstd, bytes, at, end, out, limit);
    } catch (cause) {
      // Node's decoder says of all that follows, too, that it is damaged.
      this.#zstd?.close();
      this.#zstd = undefined;
      return new BatchDamage(`zstd: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }

  #allocate(bytes: number): void {
    if (this.#bytes > 0) this.#kernel.exports.release(this.#buffer, this.#bytes + BEHIND_BYTES);
    this.#bytes = 0;
    this.#buffer = this.#kernel.exports.allocate(bytes + BEHIND_BYTES);
    this.#bytes = bytes;
    this.#top = this.#buffer;
  }
}

function stepThrough(
  zstd: ZstdHandle,
  memory: Uint8Array,
  at: number,
  end: number,
  out: number,
  limit: number,
): number | null {
  zstd.reset();
  let reached = out;
  for (let next = at; ; ) {
    const { used, written } = zstd.decode(memory, next, end, reached, limit);
    next += used;
    reached += written;
    // With room left in the output the decoder holds nothing back.
    if (reached === limit) return null;
    if (next === end) return reached;
    if (used === 0 && written === 0) throw new Error('the decoder does not go on');
  }
}

/** For a Node.js whose decoder has no handle as expected. */
function decodeWhole(memory: Uint8Array, at: number, end: number, out: number, limit: number): number | null {
  try {
    const text = zstdDecompressSync(memory.slice(at, end), { maxOutputLength: limit - out });
    memory.set(text, out);
    return out + text.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return null;
    throw error;
  }
}
