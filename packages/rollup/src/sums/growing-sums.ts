import type { AccumulatorColumn } from '@hourmill/sidecar';

/** The exact sums of one metric of a part that is being written. */
export class GrowingSums {
  #lengths = new Uint16Array(65_536);
  #values = new Uint8Array(1_048_576);
  #rows = 0;
  #end = 0;

  add(lengths: Uint16Array, values: Uint8Array): void {
    this.#lengths = withRoom(this.#lengths, this.#rows + lengths.length, (size) => new Uint16Array(size));
    this.#values = withRoom(this.#values, this.#end + values.length, (size) => new Uint8Array(size));
    this.#lengths.set(lengths, this.#rows);
    this.#values.set(values, this.#end);
    this.#rows += lengths.length;
    this.#end += values.length;
  }

  /** What was added since the last call. */
  take(): AccumulatorColumn {
    const column = { lengths: this.#lengths.slice(0, this.#rows), values: this.#values.slice(0, this.#end) };
    this.#rows = 0;
    this.#end = 0;
    return column;
  }
}

function withRoom<T extends Uint8Array | Uint16Array>(array: T, size: number, make: (size: number) => T): T {
  if (size <= array.length) return array;
  const next = make(Math.max(2 * array.length, size));
  next.set(array);
  return next;
}
