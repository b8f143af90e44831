// Spreads the events of a batch that are decided later over partitions by their keys. Reads a keyed batch whose rows are routed;
// writes to the frame buffer a frame for each partition that gets any, one behind the other, and `partitionStarts`.
//
// Rows of one partition stay in the order in which they are decided among those of one owner, so of one key.
// 70 ns a row with 64 partitions, three dimensions of few values and two columns; 115 when a dimension has 200,000 values.
import { bucketAt, codeAt, columnCount, dimensionCount, keepAt, ownerFingerprintAt, ownerRowAt, ownerStartAt, validAt, valueAt } from '../batch';
import { appendDictionary } from './frame-dictionaries';
import { eventsFrameBytes, frameBucket, frameCode, frameFingerprint, frameValid, frameValue, setFrameHeader } from './frame';
import { addressOf, clearFrames, extendFrames, frameBufferBytes } from './frame-buffer';
import { clearCounts, countOf, partitionOf, setCount, setPartitionStart } from './partition';

/** An answer: the row is decided later. */
export const DEFERRED: u8 = 2;

/** The deferred rows by partition: their places in the order of owners, u16 each. */
const sorted = memory.data(2 * 8192, 16);
const partitions_ = memory.data(8192, 16);

/** Makes DEFERRED of all answers of a routed batch. */
export function deferAll(batch: usize, owners: i32): void {
  memory.fill(keepAt(batch), DEFERRED, <usize>load<u32>(ownerStartAt(batch) + 4 * <usize>owners));
}

/** Returns the number of events that were spread. */
export function spreadEvents(batch: usize, owners: i32, partitions: i32): i32 {
  const rows = sortByPartition(batch, <i32>load<u32>(ownerStartAt(batch) + 4 * <usize>owners), partitions);
  clearFrames();
  let from = 0;
  for (let p = 0; p < partitions; p++) {
    setPartitionStart(p, frameBufferBytes());
    const to = <i32>countOf(p);
    if (to > from) writeFrame(batch, sorted + 2 * <usize>from, to - from);
    from = to;
  }
  setPartitionStart(partitions, frameBufferBytes());
  return rows;
}

/** Afterwards the count of a partition is the end of its rows in `sorted`. */
function sortByPartition(batch: usize, count: i32, partitions: i32): i32 {
  const keep = keepAt(batch);
  const fingerprints = ownerFingerprintAt(batch);
  clearCounts();
  for (let i = 0; i < count; i++) {
    if (load<u8>(keep + i) != DEFERRED) continue;
    const p = partitionOf(load<u64>(fingerprints + 16 * <usize>i), partitions);
    store<u8>(partitions_ + i, <u8>p);
    setCount(p, countOf(p) + 1);
  }
  let start: u32 = 0;
  for (let p = 0; p < partitions; p++) {
    const size = countOf(p);
    setCount(p, start);
    start += size;
  }
  for (let i = 0; i < count; i++) {
    if (load<u8>(keep + i) != DEFERRED) continue;
    const p = <u32>load<u8>(partitions_ + i);
    const to = countOf(p);
    store<u16>(sorted + 2 * <usize>to, <u16>i);
    setCount(p, to + 1);
  }
  return start;
}

function writeFrame(batch: usize, places: usize, rows: i32): void {
  const place = extendFrames(eventsFrameBytes(rows));
  setFrameHeader(addressOf(place), rows, 0, 0);
  writeColumns(addressOf(place), batch, places, rows);
  for (let d = 0; d < dimensionCount; d++) {
    appendDictionary(d, frameCode(addressOf(place), d) - addressOf(0), rows);
  }
  setFrameHeader(addressOf(place), rows, frameBufferBytes() - place, 0);
}

function writeColumns(frame: usize, batch: usize, places: usize, rows: i32): void {
  const rowOf = ownerRowAt(batch);
  const count = <usize>rows;
  gather4(bucketAt(batch), rowOf, places, count, frameBucket(frame));
  for (let d = 0; d < dimensionCount; d++) gather4(codeAt(batch, d), rowOf, places, count, frameCode(frame, d));
  const fingerprints = ownerFingerprintAt(batch);
  const to = frameFingerprint(frame);
  for (let i: usize = 0; i < count; i++) {
    v128.store(to + 16 * i, v128.load(fingerprints + 16 * <usize>load<u16>(places + 2 * i)));
  }
  for (let c = 0; c < columnCount; c++) {
    const values = valueAt(batch, c);
    const valids = validAt(batch, c);
    const toValues = frameValue(frame, c);
    const toValids = frameValid(frame, c);
    for (let i: usize = 0; i < count; i++) {
      const row = <usize>load<u32>(rowOf + 4 * <usize>load<u16>(places + 2 * i));
      store<u64>(toValues + 8 * i, load<u64>(values + 8 * row));
      store<u8>(toValids + i, load<u8>(valids + row));
    }
  }
}

function gather4(column: usize, rowOf: usize, places: usize, count: usize, to: usize): void {
  for (let i: usize = 0; i < count; i++) {
    store<u32>(to + 4 * i, load<u32>(column + 4 * <usize>load<u32>(rowOf + 4 * <usize>load<u16>(places + 2 * i))));
  }
}
