/**
 * The layout of a chunk of finished rows, for `rows` of them, one column after another, each aligned to 8 bytes:
 *
 *   events  i64[rows] | value(m) 8 bytes[rows] ... | bucket u32[rows] | rank(d) u32[rows] ... | valid(m) u8[rows] ...
 */
export class ChunkColumns {
  readonly events: number;
  readonly bucket: number;
  readonly bytes: number;
  readonly #values: number;
  readonly #ranks: number;
  readonly #valids: number;
  readonly #rows: number;

  constructor(rows: number, dimensions: number, metrics: number) {
    this.#rows = rows;
    this.events = 0;
    this.#values = 8 * rows;
    this.bucket = this.#values + 8 * rows * metrics;
    this.#ranks = this.bucket + align8(4 * rows);
    this.#valids = this.#ranks + align8(4 * rows) * dimensions;
    this.bytes = this.#valids + align8(rows) * metrics;
  }

  value(metric: number): number {
    return this.#values + 8 * this.#rows * metric;
  }

  rank(dimension: number): number {
    return this.#ranks + align8(4 * this.#rows) * dimension;
  }

  valid(metric: number): number {
    return this.#valids + align8(this.#rows) * metric;
  }
}

function align8(bytes: number): number {
  return (bytes + 7) & ~7;
}
