/** Values of a dimension as the byte strings whose order is theirs (record's `ordered-bytes.ts`), in the order in which they come. */
export class Entries {
  #bytes = new Uint8Array(1024);
  /** Where each entry begins, and behind the last one. */
  #starts = new Uint32Array(256);
  #count = 0;
  #end = 0;

  get count(): number {
    return this.#count;
  }

  /** Of all entries together. */
  get length(): number {
    return this.#end;
  }

  /** A view, until the next entry is added. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }

  get starts(): Uint32Array {
    return this.#starts.subarray(0, this.#count + 1);
  }

  /** Takes in the bytes `[from, to)` as an entry. @returns its number */
  add(source: Uint8Array, from: number, to: number): number {
    this.#room(to - from);
    const bytes = this.#bytes;
    let out = this.#end;
    for (let at = from; at < to; at++) bytes[out++] = source[at] as number;
    return this.#close(out);
  }

  /** A number of two words as 8 bytes, big-endian. */
  addWords(high: number, low: number): number {
    this.#room(8);
    const view = new DataView(this.#bytes.buffer);
    view.setUint32(this.#end, high);
    view.setUint32(this.#end + 4, low);
    return this.#close(this.#end + 8);
  }

  /** Whether each entry is greater than the one before it. */
  get isAscending(): boolean {
    const bytes = this.#bytes;
    for (let entry = 1; entry < this.#count; entry++) {
      const start = this.#starts[entry] as number;
      const end = this.#starts[entry + 1] as number;
      let left = this.#starts[entry - 1] as number;
      let right = start;
      while (left < start && right < end && bytes[left] === bytes[right]) {
        left++;
        right++;
      }
      const isGreater =
        left === start ? right < end : right < end && (bytes[left] as number) < (bytes[right] as number);
      if (!isGreater) return false;
    }
    return true;
  }

  #close(end: number): number {
    this.#end = end;
    this.#count += 1;
    if (this.#count + 1 >= this.#starts.length) {
      const starts = new Uint32Array(2 * this.#starts.length);
      starts.set(this.#starts);
      this.#starts = starts;
    }
    this.#starts[this.#count] = end;
    return this.#count - 1;
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const next = new Uint8Array(Math.max(2 * this.#bytes.length, this.#end + bytes));
    next.set(this.#bytes);
    this.#bytes = next;
  }
}
