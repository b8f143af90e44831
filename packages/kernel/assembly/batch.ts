// A batch: up to BATCH_ROWS records of one split as columns. One allocation, in this order:
//
//   header           64 + 4 * 65 bytes:  rows u32 | candidates u32 | nulls u32 | unused  ...  ownerStart u32[65] at 64
//   bucket           u32[BATCH_ROWS]     time bucket from the chunk's start
//   code(d)          u32[BATCH_ROWS]     for each dimension: 0 null, else 1 + the order of arrival in this worker's dictionary
//   value(c)         8 bytes[BATCH_ROWS] for each input column of metrics: i64 or f64
//   valid(c)         u8[BATCH_ROWS]      1 where the column has a value
//   candidateRow     u32[BATCH_ROWS]     rows that may be kept, in the order in which they are decided
//   fingerprint      16 bytes[BATCH_ROWS]  of the deduplication key, by row: h1 u64, h2 u64
//   ownerFingerprint 16 bytes[BATCH_ROWS]  those rows' fingerprints, grouped by the worker that owns them: owner o has
//   ownerRow         u32[BATCH_ROWS]       [ownerStart[o], ownerStart[o + 1])
//   keep             u8[BATCH_ROWS]      the owners' answers, in the order of ownerRow
//
// A record keeps its row from scan to aggregate; rows that are no candidates stay as holes. The fingerprint arrays are there
// only when the program deduplicates. `nulls` is 0 only when no candidate lacks a value of any column: then nobody need look
// at `valid`.
import { BATCH_ROWS } from './layout';

export const MAX_OWNERS: i32 = 64;
const HEADER: usize = 64 + 4 * 65 + 60;
const ROWS: usize = 8192;

export let dimensionCount: i32 = 0;
export let columnCount: i32 = 0;
export let keyed: bool = false;

let codes: usize = 0;
let values: usize = 0;
let valids: usize = 0;
let fingerprints: usize = 0;
let candidates: usize = 0;
let ownerFingerprints: usize = 0;
let ownerRows: usize = 0;
let keeps: usize = 0;
let size: usize = 0;

/** The batch that scan fills, and its next row. */
export let batch: usize = 0;
export let batchRow: i32 = 0;

/** Shape of all batches of this run; once, before the first batch. */
export function setBatchShape(dimensions: i32, columns: i32, withKey: bool): void {
  dimensionCount = dimensions;
  columnCount = columns;
  keyed = withKey;
  codes = HEADER + 4 * ROWS;
  values = codes + 4 * ROWS * <usize>dimensions;
  valids = values + 8 * ROWS * <usize>columns;
  candidates = valids + ROWS * <usize>columns;
  fingerprints = candidates + 4 * ROWS;
  ownerFingerprints = fingerprints + (withKey ? 16 * ROWS : 0);
  ownerRows = ownerFingerprints + (withKey ? 16 * ROWS : 0);
  keeps = ownerRows + (withKey ? 4 * ROWS : 0);
  size = keeps + (withKey ? ROWS : 0);
}

export function batchBytes(): usize {
  return size;
}

/** Starts to fill the batch at this address (of `batchBytes()`, aligned to 64). */
export function openBatch(at: usize): void {
  batch = at;
  batchRow = 0;
  memory.fill(at, 0, HEADER);
}

/** Called once a block has been routed. */
export function advanceBatch(rows: i32): void {
  batchRow += rows;
  store<u32>(batch, <u32>batchRow);
}

export function rowsAt(at: usize): usize {
  return at;
}
export function candidatesAt(at: usize): usize {
  return at + 4;
}
export function nullsAt(at: usize): usize {
  return at + 8;
}
export function ownerStartAt(at: usize): usize {
  return at + 64;
}
export function bucketAt(at: usize): usize {
  return at + HEADER;
}
export function codeAt(at: usize, dimension: i32): usize {
  return at + codes + 4 * ROWS * <usize>dimension;
}
export function valueAt(at: usize, column: i32): usize {
  return at + values + 8 * ROWS * <usize>column;
}
export function validAt(at: usize, column: i32): usize {
  return at + valids + ROWS * <usize>column;
}
export function candidateRowAt(at: usize): usize {
  return at + candidates;
}
export function fingerprintAt(at: usize): usize {
  return at + fingerprints;
}
export function ownerFingerprintAt(at: usize): usize {
  return at + ownerFingerprints;
}
export function ownerRowAt(at: usize): usize {
  return at + ownerRows;
}
export function keepAt(at: usize): usize {
  return at + keeps;
}
