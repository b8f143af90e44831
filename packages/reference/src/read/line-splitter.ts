import type { RecordBytes } from '@hourmill/record';

const LF = 0x0a;
const CR = 0x0d;
const BOM = [0xef, 0xbb, 0xbf];
/** So much of a record over the limit is kept for the rejects. */
const TRUNCATED_BYTES = 64 * 1024;
const NOTHING = new Uint8Array(0);

/**
 * Cuts a file into records while its bytes come in. LF or CRLF ends a line, the last one may do without. Lines of nothing
 * but JSON whitespace (space, tab, CR) are no records. A BOM is skipped at the very start of the file only.
 * Holds at most a record of `maxRecordBytes`: of a longer one only the beginning is kept, the rest is counted.
 */
export class LineSplitter {
  readonly #maxRecordBytes: number;
  /** A BOM before and a CR behind do not count, so they must not push the record's own bytes out. */
  readonly #maxKeptBytes: number;
  /** The beginning of a line whose end has not come yet, in its first `#keptBytes`. Never a view of a piece. */
  #kept: Uint8Array = NOTHING;
  #keptBytes = 0;
  /** Whether something other than whitespace was not kept. */
  #droppedText = false;
  #lineBytes = 0;
  #lineOffset = 0;
  #lastByte = 0;

  constructor(maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
    this.#maxKeptBytes = maxRecordBytes + BOM.length + 1;
  }

  /** The records that end in this piece. It must not change while they are used; afterwards nothing here refers to it. */
  *push(piece: Uint8Array): Generator<RecordBytes> {
    let start = 0;
    for (let end = piece.indexOf(LF); end !== -1; end = piece.indexOf(LF, start)) {
      yield* this.#endLine(piece.subarray(start, end));
      start = end + 1;
    }
    this.#keep(this.#count(piece.subarray(start)));
  }

  /** The last record, when no line end follows it. */
  *end(): Generator<RecordBytes> {
    if (this.#lineBytes > 0) yield* this.#endLine(NOTHING);
  }

  /** Counts these bytes into the line; returns those that the limit leaves room for. */
  #count(bytes: Uint8Array): Uint8Array {
    const room = this.#maxKeptBytes - this.#keptBytes;
    this.#droppedText ||= !isBlank(bytes.subarray(room));
    this.#lineBytes += bytes.length;
    this.#lastByte = bytes.at(-1) ?? this.#lastByte;
    return bytes.subarray(0, room);
  }

  /** Copies: a view, even an empty one, would keep the memory of its whole piece. */
  #keep(bytes: Uint8Array): void {
    const keptBytes = this.#keptBytes + bytes.length;
    if (keptBytes > this.#kept.length) {
      // Doubled, so that a record in many small pieces is not copied for each of them.
      const doubled = Math.min(2 * this.#kept.length, this.#maxKeptBytes);
      const grown = new Uint8Array(Math.max(keptBytes, doubled));
      grown.set(this.#kept.subarray(0, this.#keptBytes));
      this.#kept = grown;
    }
    this.#kept.set(bytes, this.#keptBytes);
    this.#keptBytes = keptBytes;
  }

  /** A line that lies in one piece is not copied. */
  #joined(rest: Uint8Array): Uint8Array {
    if (this.#keptBytes === 0) return rest;
    this.#keep(rest);
    return this.#kept.subarray(0, this.#keptBytes);
  }

  *#endLine(rest: Uint8Array): Generator<RecordBytes> {
    const line = this.#joined(this.#count(rest));
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
    this.#kept = NOTHING;
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
