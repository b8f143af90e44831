/**
 * Rows of one call of the kernel. A call runs to its end in the compiler's tier that it began in, so a column is worked on in
 * several; eight divides it, as packed groups are of eight.
 */
const SLICE_ROWS = 8192;

/** Calls `work` for consecutive slices of so many rows. */
export function forSlices(rows: number, work: (from: number, count: number) => void): void {
  for (let from = 0; from < rows; from += SLICE_ROWS) work(from, Math.min(SLICE_ROWS, rows - from));
}
