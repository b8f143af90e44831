// From rows to those who decide on them. routeBlock reads the flags of a block and appends its candidates to the open batch;
// routeBatch groups the fingerprints of a full batch by owner, each owner's in the order in which they are decided.
//
// The owner of a fingerprint is chosen by the high half of h2, which the owner's own table does not use (decide.ts).
//
// routeBlock less than 1 ns a row, routeBatch 1 ns for one owner, 5 ns for more.
import {
  batch,
  batchRow,
  candidateRowAt,
  candidatesAt,
  fingerprintAt,
  keyed,
  MAX_OWNERS,
  ownerFingerprintAt,
  ownerRowAt,
  ownerStartAt,
} from '../batch';
import { blockRows, flags } from '../block';

/** Where the next row of each owner goes. */
const cursors = memory.data(4 * 64, 16);
/** The owner of each candidate. */
const ownerOf = memory.data(8192, 16);

/** The rows of the block without a flag are candidates. */
export function routeBlock(): void {
  const rows = <u32>blockRows;
  const first = <u32>batchRow;
  const before = load<u32>(candidatesAt(batch));
  let to = candidateRowAt(batch) + 4 * <usize>before;
  for (let r: u32 = 0; r < rows; r++) {
    store<u32>(to, first + r);
    to += <usize>(load<u8>(flags + r) == 0) << 2;
  }
  store<u32>(candidatesAt(batch), <u32>((to - candidateRowAt(batch)) >> 2));
}

/**
 * Fills ownerStart, ownerRow and ownerFingerprint of a keyed batch for so many owners, 1 to 64. With `reverse` the last
 * candidate comes first, in candidateRow too.
 */
export function routeBatch(at: usize, owners: i32, reverse: i32): void {
  const count = load<u32>(candidatesAt(at));
  if (reverse) reverseRows(candidateRowAt(at), count);
  if (!keyed) return;
  const starts = ownerStartAt(at);
  if (owners == 1) {
    store<u32>(starts, 0);
    store<u32>(starts, count, 4);
    scatterToOne(at, count);
    return;
  }
  countOwners(at, count, owners);
  scatter(at, count);
}

function reverseRows(rows: usize, count: u32): void {
  if (count < 2) return;
  let low = rows;
  let high = rows + 4 * <usize>(count - 1);
  for (; low < high; low += 4, high -= 4) {
    const row = load<u32>(low);
    store<u32>(low, load<u32>(high));
    store<u32>(high, row);
  }
}

function countOwners(at: usize, count: u32, owners: i32): void {
  const rows = candidateRowAt(at);
  const fingerprints = fingerprintAt(at);
  const range = <u64>owners;
  for (let o: usize = 0; o < <usize>MAX_OWNERS; o++) store<u32>(cursors + 4 * o, 0);
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + 4 * i);
    const owner = <usize>((<u64>load<u32>(fingerprints + 16 * row, 12) * range) >> 32);
    store<u8>(ownerOf + i, <u8>owner);
    store<u32>(cursors + 4 * owner, load<u32>(cursors + 4 * owner) + 1);
  }
  const starts = ownerStartAt(at);
  let start: u32 = 0;
  for (let o: usize = 0; o < <usize>owners; o++) {
    const size = load<u32>(cursors + 4 * o);
    store<u32>(starts + 4 * o, start);
    store<u32>(cursors + 4 * o, start);
    start += size;
  }
  store<u32>(starts + 4 * <usize>owners, start);
}

function scatter(at: usize, count: u32): void {
  const rows = candidateRowAt(at);
  const fingerprints = fingerprintAt(at);
  const toRows = ownerRowAt(at);
  const toFingerprints = ownerFingerprintAt(at);
  for (let i: u32 = 0; i < count; i++) {
    const cursor = cursors + 4 * <usize>load<u8>(ownerOf + i);
    const to = <usize>load<u32>(cursor);
    store<u32>(cursor, <u32>to + 1);
    const row = load<u32>(rows + 4 * i);
    store<u32>(toRows + 4 * to, row);
    v128.store(toFingerprints + 16 * to, v128.load(fingerprints + 16 * <usize>row));
  }
}

function scatterToOne(at: usize, count: u32): void {
  const rows = candidateRowAt(at);
  const fingerprints = fingerprintAt(at);
  const toRows = ownerRowAt(at);
  const toFingerprints = ownerFingerprintAt(at);
  for (let i: u32 = 0; i < count; i++) {
    const row = load<u32>(rows + 4 * i);
    store<u32>(toRows + 4 * i, row);
    v128.store(toFingerprints + 16 * i, v128.load(fingerprints + 16 * <usize>row));
  }
}
