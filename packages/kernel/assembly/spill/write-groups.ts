// Writes a range of this worker's sorted groups (merge/key-groups.ts) to the frame buffer, as a frame. Rows lie in the order of
// arrival, so each is a cache miss: they are touched first. 80 ns a row of 64 bytes with three dimensions of few values;
// 130 when a dimension has 200,000.
import { groupKeyLayout, groupRows, wideSums } from '../aggregate/exports';
import { WIDE_BYTES } from '../aggregate/wide-sum';
import { dimensionCount } from '../batch';
import { DOUBLE_SUM, WIDE, fieldBits, fieldShift, fieldWord, headWords, keyWordsOf, metricCount, metricKind, metricOffset, rowBytes } from '../group-row';
import { groupOfKeyed } from '../merge/key-groups';
import { contentBytes, frameBucket, frameCode, frameContent, groupsFrameBytes, setFrameHeader } from './frame';
import { addressOf, clearFrames, extendFrames, frameBufferBytes } from './frame-buffer';
import { appendDictionary } from './frame-dictionaries';

const STRIDE: i32 = 256;

/** The rows of the stride at hand. */
const rows = memory.data(4 * 256, 16);
let touched: u64 = 0;

/** The sorted groups in [from, to), at most MAX_FRAME_ROWS. The frame is all that is in the buffer. */
export function writeGroupsFrame(from: i32, to: i32): void {
  const count = to - from;
  clearFrames();
  extendFrames(groupsFrameBytes(count));
  setFrameHeader(addressOf(0), count, 0, 0);
  for (let first = from; first < to; first += STRIDE) {
    const some = min(STRIDE, to - first);
    findRows(first, some);
    writeKeys(first - from, some);
    writeContents(first - from, some);
  }
  const wides = appendWides(count);
  for (let d = 0; d < dimensionCount; d++) appendDictionary(d, frameCode(addressOf(0), d) - addressOf(0), count);
  setFrameHeader(addressOf(0), count, frameBufferBytes(), wides);
}

function findRows(first: i32, some: i32): void {
  const size = rowBytes(keyWordsOf(groupKeyLayout()));
  let sum: u64 = 0;
  for (let i = 0; i < some; i++) {
    const row = groupRows() + size * <usize>groupOfKeyed(first + i);
    store<u32>(rows + 4 * <usize>i, <u32>row);
    for (let line: usize = 0; line < size; line += 64) sum += load<u64>(row + line);
  }
  touched += sum;
}

function writeKeys(first: i32, some: i32): void {
  const layout = groupKeyLayout();
  for (let f = 0; f <= dimensionCount; f++) {
    const word: usize = 8 * <usize>fieldWord(layout, f);
    const shift = <u64>fieldShift(layout, f);
    const mask = (<u64>1 << <u64>fieldBits(layout, f)) - 1;
    const column = f == 0 ? frameBucket(addressOf(0)) : frameCode(addressOf(0), f - 1);
    let to = column + 4 * <usize>first;
    for (let i: usize = 0; i < <usize>some; i++) {
      store<u32>(to, <u32>((load<u64>(<usize>load<u32>(rows + 4 * i) + word) >> shift) & mask));
      to += 4;
    }
  }
}

function writeContents(first: i32, some: i32): void {
  const size = contentBytes();
  const head: usize = 8 * <usize>keyWordsOf(groupKeyLayout());
  let to = frameContent(addressOf(0)) + size * <usize>first;
  for (let i: usize = 0; i < <usize>some; i++) {
    const from = <usize>load<u32>(rows + 4 * i) + head;
    for (let at: usize = 0; at < size; at += 8) store<u64>(to + at, load<u64>(from + at));
    to += size;
  }
}

/** Copies the wide sums of the groups behind them, and numbers them anew; returns how many. */
function appendWides(count: i32): i32 {
  const size = contentBytes();
  let moved = 0;
  for (let m = 0; m < metricCount; m++) {
    if (metricKind(m) != DOUBLE_SUM) continue;
    const offset: usize = 8 * <usize>headWords + metricOffset(m);
    for (let i = 0; i < count; i++) {
      if (load<u64>(frameContent(addressOf(0)) + size * <usize>i + offset, 8) != WIDE) continue;
      const to = extendFrames(WIDE_BYTES);
      const state = frameContent(addressOf(0)) + size * <usize>i + offset;
      memory.copy(addressOf(to), wideSums() + WIDE_BYTES * <usize>load<u64>(state), WIDE_BYTES);
      store<u64>(state, <u64>moved);
      moved++;
    }
  }
  return moved;
}
