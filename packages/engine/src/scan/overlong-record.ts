import type { RecordBytes } from '@hourmill/record';

/** So much of a record over the limit is kept for the rejects. */
const TRUNCATED_BYTES = 64 * 1024;
const CR = 0x0d;

/** Of a record at `at` in memory: all of it, or its beginning where it is longer than any may be. A view. */
export function textOfRecord(
  memory: Uint8Array,
  at: number,
  length: number,
  maxRecordBytes: number,
): Pick<RecordBytes, 'bytes' | 'length' | 'truncated'> {
  const truncated = length > maxRecordBytes;
  const kept = truncated ? keptBytes(maxRecordBytes) : length;
  return { bytes: memory.subarray(at, at + kept), length, truncated };
}

function keptBytes(maxRecordBytes: number): number {
  return Math.min(TRUNCATED_BYTES, maxRecordBytes);
}

/** A line that is longer than any record may be, while it comes in. Only its beginning is kept. */
export class OverlongRecord {
  readonly #kept: Uint8Array;
  readonly #byteOffset: number;
  #length = 0;
  #lastByte = 0;
  #blank = true;

  /** @param beginning what is there of the line: more than `maxRecordBytes`, a CR and a bit */
  constructor(beginning: Uint8Array, byteOffset: number, maxRecordBytes: number) {
    this.#kept = beginning.slice(0, keptBytes(maxRecordBytes));
    this.#byteOffset = byteOffset;
    this.add(beginning);
  }

  add(more: Uint8Array): void {
    this.#length += more.length;
    this.#lastByte = more.at(-1) ?? this.#lastByte;
    this.#blank &&= isBlank(more);
  }

  /** The record once its line has ended; null when it is all whitespace, hence no record. */
  end(): RecordBytes | null {
    if (this.#blank) return null;
    const length = this.#length - (this.#lastByte === CR ? 1 : 0);
    return { bytes: this.#kept, length, truncated: true, byteOffset: this.#byteOffset };
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === CR);
}
