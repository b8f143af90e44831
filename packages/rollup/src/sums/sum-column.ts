import type { AccumulatorColumn } from '@hourmill/sidecar';

/** The exact sums of one metric, row by row, with a way to any of them. */
export interface SumColumn extends AccumulatorColumn {
  /** Where the bytes of a row begin, and behind those of the last. */
  readonly starts: Uint32Array;
}

export function sumColumn({ lengths, values }: AccumulatorColumn): SumColumn {
  const starts = new Uint32Array(lengths.length + 1);
  let end = 0;
  for (let row = 0; row < lengths.length; row++) {
    end += lengths[row] as number;
    starts[row + 1] = end;
  }
  return { lengths, values, starts };
}

/** The exact sums of one metric of a part that is being written. */
export class GrowingSums {
  #lengths = new Uint16Array(4096);
  #values = new Uint8Array(65_536);
  #rows = 0;
  #end = 0;

  /** The sums of rows [from, to), as they are. */
  copy({ lengths, starts, values }: SumColumn, from: number, to: number): void {
    const first = starts[from] as number;
    const end = starts[to] as number;
    this.#room(to - from, end - first);
    this.#lengths.set(lengths.subarray(from, to), this.#rows);
    this.#values.set(values.subarray(first, end), this.#end);
    this.#rows += to - from;
    this.#end += end - first;
  }

  add(sum: Uint8Array): void {
    this.#room(1, sum.length);
    this.#lengths[this.#rows] = sum.length;
    this.#values.set(sum, this.#end);
    this.#rows += 1;
    this.#end += sum.length;
  }

  /** What was added since the last call. */
  take(): AccumulatorColumn {
    const column = { lengths: this.#lengths.slice(0, this.#rows), values: this.#values.slice(0, this.#end) };
    this.#rows = 0;
    this.#end = 0;
    return column;
  }

  #room(rows: number, bytes: number): void {
    if (this.#rows + rows > this.#lengths.length) {
      const lengths = new Uint16Array(Math.max(2 * this.#lengths.length, this.#rows + rows));
      lengths.set(this.#lengths);
      this.#lengths = lengths;
    }
    if (this.#end + bytes > this.#values.length) {
      const values = new Uint8Array(Math.max(2 * this.#values.length, this.#end + bytes));
      values.set(this.#values);
      this.#values = values;
    }
  }
}
