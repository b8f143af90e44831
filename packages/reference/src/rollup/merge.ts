import type { DimensionColumn } from '@hourmill/pipeline';
import { compareRows } from '@hourmill/record';
import type { GroupRow, GroupTable } from './group-table.ts';

/** A part holds so many rows; only the last one may hold fewer. */
const ROWS_PER_PART = 1_000_000;

/**
 * All groups, sorted by time and then by {@link compareRows}, one array a time bucket, so that the caller can pause between
 * them.
 */
export function* sortedBuckets(groups: GroupTable, dimensions: readonly DimensionColumn[]): Generator<GroupRow[]> {
  const compare = compareRows(dimensions);
  for (const timeMs of groups.times()) yield groups.rows(timeMs).sort(compare);
}

/** Collects rows into parts: a function of the rows and their order alone. */
export class PartCutter {
  readonly #rowsPerPart: number;
  #rows: GroupRow[] = [];

  constructor(rowsPerPart: number = ROWS_PER_PART) {
    this.#rowsPerPart = rowsPerPart;
  }

  /** The parts that are full with these rows. */
  *add(rows: readonly GroupRow[]): Generator<GroupRow[]> {
    for (const row of rows) {
      this.#rows.push(row);
      if (this.#rows.length === this.#rowsPerPart) yield this.#take();
    }
  }

  /** The last part, when rows are left. */
  *end(): Generator<GroupRow[]> {
    if (this.#rows.length > 0) yield this.#take();
  }

  #take(): GroupRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }
}
