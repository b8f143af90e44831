// A frame: rows on disk that need no other memory to be understood, because their dimensions are values. Two kinds of rows come
// in frames: events that are not decided yet, and groups. All columns begin at a multiple of 8.
//
//   rows u32 | bytes u32 | wide sums u32 | unused u32
//   bucket            u32[rows]
//   code(d)           u32[rows]          by dimension: 0 null, else 1 + the place in the frame's own dictionary block
//   events            fingerprint 16 bytes[rows] | value(c) 8 bytes[rows] ... | valid(c) u8[rows] ...     as in batch.ts
//   groups            content[rows]: head and states, as in group-row.ts, without a key | wide sums WIDE_BYTES each
//   dictionary(d)     a dictionary block (merge/dictionary-block.ts) whose values need not be sorted
//
// Behind a frame in memory SLACK bytes can be read.
import { columnCount, dimensionCount, keyed } from '../batch';
import { headWords, stateBytes } from '../group-row';

const HEADER: usize = 16;
export const MAX_FRAME_ROWS: i32 = 8192;

// @ts-ignore: decorator
@inline
export function align8(bytes: usize): usize {
  return (bytes + 7) & ~7;
}

export function frameRows(frame: usize): i32 {
  return load<i32>(frame);
}
export function frameBytes(frame: usize): usize {
  return <usize>load<u32>(frame, 4);
}
export function frameWides(frame: usize): i32 {
  return load<i32>(frame, 8);
}
export function setFrameHeader(frame: usize, rows: i32, bytes: usize, wides: i32): void {
  store<i32>(frame, rows);
  store<u32>(frame, <u32>bytes, 4);
  store<i32>(frame, wides, 8);
  store<u32>(frame, 0, 12);
}

export function frameBucket(frame: usize): usize {
  return frame + HEADER;
}
export function frameCode(frame: usize, dimension: i32): usize {
  return frame + codesFrom(frameRows(frame)) + align8(4 * <usize>frameRows(frame)) * <usize>dimension;
}

function codesFrom(rows: i32): usize {
  return HEADER + align8(4 * <usize>rows);
}

/** Where the events or the groups begin. */
function bodyFrom(rows: i32): usize {
  return codesFrom(rows) + align8(4 * <usize>rows) * <usize>dimensionCount;
}

export function frameFingerprint(frame: usize): usize {
  return frame + bodyFrom(frameRows(frame));
}
export function frameValue(frame: usize, column: i32): usize {
  const rows = <usize>frameRows(frame);
  return frameFingerprint(frame) + (keyed ? 16 * rows : 0) + 8 * rows * <usize>column;
}
export function frameValid(frame: usize, column: i32): usize {
  return frameValue(frame, columnCount) + align8(<usize>frameRows(frame)) * <usize>column;
}

/** Of one group: head and states. */
export function contentBytes(): usize {
  return 8 * <usize>headWords + stateBytes;
}
export function frameContent(frame: usize): usize {
  return frame + bodyFrom(frameRows(frame));
}
export function frameWide(frame: usize): usize {
  return frameContent(frame) + contentBytes() * <usize>frameRows(frame);
}

/** Of a frame of events without its dictionaries. */
export function eventsFrameBytes(rows: i32): usize {
  const count = <usize>rows;
  return bodyFrom(rows) + (keyed ? 16 * count : 0) + (8 * count + align8(count)) * <usize>columnCount;
}

/** Of a frame of groups without its wide sums and dictionaries. */
export function groupsFrameBytes(rows: i32): usize {
  return bodyFrom(rows) + contentBytes() * <usize>rows;
}
