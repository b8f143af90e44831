/** A batch between scan and aggregate: its columns lie in the kernel's memory of the worker that scanned it. */
export interface HeldBatch {
  /** Address in the kernel. */
  readonly at: number;
  readonly range: number;
  /** Of the range's batches, as they were scanned. */
  readonly number: number;
  /** Index of the split in the plan. */
  readonly split: number;
  /** Rows that may be kept. */
  readonly candidates: number;
}
