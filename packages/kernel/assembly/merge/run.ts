// A run: groups in the order of their global keys, as one worker hands them to another. It holds no addresses, and its size is
// a multiple of 8.
//
//   rows u32 | row bytes u32 | wide sums u32 | key words u32
//   the rows: group-row.ts, with global keys; a double sum that is WIDE has the number of its wide sum in the run
//   the wide sums: WIDE_BYTES each (aggregate/wide-sum.ts)
import { WIDE_BYTES } from '../aggregate/wide-sum';
import { rowBytes } from '../group-row';

const HEADER: usize = 16;

/** The size of a run. One of 4 GiB and more cannot be. */
export function runBytes(rows: i32, keyWords: i32, wides: i32): f64 {
  return <f64>HEADER + <f64>rowBytes(keyWords) * <f64>rows + <f64>WIDE_BYTES * <f64>wides;
}

export function setRunHeader(run: usize, rows: i32, keyWords: i32): void {
  store<i32>(run, rows);
  store<u32>(run, <u32>rowBytes(keyWords), 4);
  store<i32>(run, keyWords, 12);
}
export function setRunWides(run: usize, wides: i32): void {
  store<i32>(run, wides, 8);
}

export function runRows(run: usize): i32 {
  return load<i32>(run);
}
export function runRowBytes(run: usize): usize {
  return <usize>load<u32>(run, 4);
}
export function runWides(run: usize): i32 {
  return load<i32>(run, 8);
}
export function runKeyWords(run: usize): i32 {
  return load<i32>(run, 12);
}
export function runRowsAt(run: usize): usize {
  return run + HEADER;
}
export function runWidesAt(run: usize): usize {
  return run + HEADER + runRowBytes(run) * <usize>runRows(run);
}
