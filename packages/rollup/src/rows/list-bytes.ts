import { unreadable } from '../parquet/unreadable.ts';

/** Puts the lists of rows together, element by element: each an entry, as record's `orderedList` says, behind one another. */
export class ListBytes {
  readonly #codes: Uint32Array;
  #row = -1;
  #isNull = false;
  #bytes = new Uint8Array(4096);
  #end = 0;
  /** Where each list begins, and behind the last one. */
  #starts = [0];

  constructor(rows: number) {
    this.#codes = new Uint32Array(rows);
  }

  /** The next row's list, empty so far. */
  begin(): void {
    this.#finishRow();
    this.#row += 1;
    if (this.#row >= this.#codes.length) unreadable(`a column has more than ${this.#codes.length} rows`);
    this.#isNull = false;
  }

  setNull(): void {
    this.#isNull = true;
  }

  addNull(): void {
    this.#room(1);
    this.#bytes[this.#end++] = 1;
  }

  addString(bytes: Uint8Array, from: number, to: number): void {
    this.#room(2 * (to - from) + 3);
    const list = this.#bytes;
    let out = this.#end;
    list[out++] = 2;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number;
      list[out++] = byte;
      if (byte === 0) list[out++] = 0xff;
    }
    list[out++] = 0;
    list[out++] = 0;
    this.#end = out;
  }

  /** Codes of all rows, 0 for null, and the lists. @throws HM_LEDGER_004 unless it has all rows */
  finish(): { readonly codes: Uint32Array; readonly bytes: Uint8Array; readonly starts: readonly number[] } {
    this.#finishRow();
    const rows = this.#codes.length;
    if (this.#row + 1 !== rows) unreadable(`a column has ${this.#row + 1} rows, not ${rows}`);
    return { codes: this.#codes, bytes: this.#bytes.subarray(0, this.#end), starts: this.#starts };
  }

  #finishRow(): void {
    if (this.#row < 0 || this.#isNull) return;
    this.#codes[this.#row] = this.#starts.length;
    this.#starts.push(this.#end);
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const next = new Uint8Array(2 * (this.#end + bytes));
    next.set(this.#bytes);
    this.#bytes = next;
  }
}
