/** One record as it was read: a line that is not blank, without its line end. */
export interface RecordBytes {
  /** The record, or only its beginning when `truncated`. A view: copy it to keep it. */
  readonly bytes: Uint8Array;
  /** Of the whole record. */
  readonly length: number;
  /** True when the record is longer than the limit. */
  readonly truncated: boolean;
  /** Of the record's first byte in the decompressed file. */
  readonly byteOffset: number;
}

const LF = 0x0a;
const CR = 0x0d;
const BOM = [0xef, 0xbb, 0xbf];
/** So much of a record over the limit is kept for the rejects. */
const TRUNCATED_BYTES = 64 * 1024;

/**
 * Cuts a file into records while its bytes come in. LF or CRLF ends a line, the last one may do without. Lines of nothing
 * but JSON whitespace (space, tab, CR) are no records. A BOM is skipped at the very start of the file only.
 * Holds at most a record of `maxRecordBytes`: of a longer one only the beginning is kept, the rest is counted.
 */
export class LineSplitter {
  readonly #maxRecordBytes: number;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  /** Whether something other than whitespace was not kept. */
  #droppedText = false;
  #lineBytes = 0;
  #lineOffset = 0;
  #lastByte = 0;

  constructor(maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
  }

  /** The records that end in this piece. The piece must not change before the next call. */
  *push(piece: Uint8Array): Generator<RecordBytes> {
    let start = 0;
    for (let end = piece.indexOf(LF); end !== -1; end = piece.indexOf(LF, start)) {
      this.#append(piece.subarray(start, end));
      yield* this.#endLine();
      start = end + 1;
    }
    this.#append(piece.subarray(start));
  }

  /** The last record, when no line end follows it. */
  *end(): Generator<RecordBytes> {
    if (this.#lineBytes > 0) yield* this.#endLine();
  }

  #append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    // A BOM before and a CR behind do not count, so they must not push the record's own bytes out.
    const room = this.#maxRecordBytes + BOM.length + 1 - this.#keptBytes;
    const kept = bytes.subarray(0, room);
    this.#kept.push(kept);
    this.#keptBytes += kept.length;
    this.#droppedText ||= !isBlank(bytes.subarray(kept.length));
    this.#lineBytes += bytes.length;
    this.#lastByte = bytes[bytes.length - 1] ?? 0;
  }

  *#endLine(): Generator<RecordBytes> {
    const line = this.#kept.length === 1 && this.#kept[0] !== undefined ? this.#kept[0] : Buffer.concat(this.#kept);
    const skipped = this.#lineOffset === 0 && startsWithBom(line) ? BOM.length : 0;
    const lineEnd = this.#lineBytes > skipped && this.#lastByte === CR ? 1 : 0;
    const length = this.#lineBytes - skipped - lineEnd;
    const truncated = length > this.#maxRecordBytes;
    const bytes = line.subarray(
      skipped,
      skipped + (truncated ? Math.min(TRUNCATED_BYTES, this.#maxRecordBytes) : length),
    );
    const blank = !this.#droppedText && isBlank(line.subarray(skipped));
    const byteOffset = this.#lineOffset + skipped;
    this.#lineOffset += this.#lineBytes + 1;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#lineBytes = 0;
    this.#droppedText = false;
    if (!blank) yield { bytes, length, truncated, byteOffset };
  }
}

function startsWithBom(bytes: Uint8Array): boolean {
  return BOM.every((byte, index) => bytes[index] === byte);
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === CR);
}
