// Adds the states of rows with equal keys into the first of them.
//
// Reads and writes pairs of rows (into u32, from u32), in the order in which they came: a row can be in many. A loop a metric, 1-2 ns
// a pair. A state that has had no value adds nothing (aggregate/group-rows.ts), so nobody need look whether it has.
//
// In rows that are being merged a WIDE double sum holds the *address* of its wide sum: in its run, or in a pool that is used
// again after each block.
import { isNarrow } from '../aggregate/narrow-sum';
import { WIDE_BYTES, wideAddNarrow, wideAddWide } from '../aggregate/wide-sum';
import {
  DOUBLE_MAX,
  DOUBLE_MIN,
  DOUBLE_SUM,
  EVENTS_MASK,
  LONG_MAX,
  LONG_MIN,
  LONG_SUM,
  WIDE,
  headWords,
  metricCount,
  metricKind,
  metricOffset,
} from '../group-row';
import { allocate, release } from '../memory';

const PAIR: usize = 8;
/** So many pairs are combined at once. */
export const MAX_PAIRS: i32 = 1024;
const pairs = memory.data(8 * 1024, 16);

/** Wide sums for sums that leave the window here: addresses u32[poolRoom], of which poolUsed are taken. */
let pool: usize = 0;
let poolRoom: i32 = 0;
let poolMade: i32 = 0;
let poolUsed: i32 = 0;

/** `rows`: so many rows are combined into between two calls of `reuseWides`. */
export function openCombine(rows: i32): void {
  let sums = 0;
  for (let m = 0; m < metricCount; m++) sums += i32(metricKind(m) == DOUBLE_SUM);
  if (sums * rows <= poolRoom) return;
  const next = allocate(4 * <usize>(sums * rows));
  for (let i = 0; i < poolMade; i++) store<u32>(next + 4 * <usize>i, load<u32>(pool + 4 * <usize>i));
  if (poolRoom) release(pool, 4 * <usize>poolRoom);
  pool = next;
  poolRoom = sums * rows;
}

/** The rows combined so far are done with. */
export function reuseWides(): void {
  poolUsed = 0;
}

// @ts-ignore: decorator
@inline
export function setPair(index: i32, into: usize, from: usize): void {
  store<u64>(pairs + PAIR * <usize>index, <u64>into | (<u64>from << 32));
}

// @ts-ignore: decorator
@inline
function intoOf(pair: usize): usize {
  return <usize>load<u32>(pair);
}

// @ts-ignore: decorator
@inline
function fromOf(pair: usize): usize {
  return <usize>load<u32>(pair, 4);
}

/** Combines the first `count` pairs of rows with so many key words. */
export function combinePairs(count: i32, keyWords: i32): void {
  const end = pairs + PAIR * <usize>count;
  const head: usize = 8 * <usize>keyWords;
  const states = head + 8 * <usize>headWords;
  combinePairHeads(end, head);
  for (let m = 0; m < metricCount; m++) combineMetric(metricKind(m), end, states + metricOffset(m));
}

/** As {@link combinePairs}, of all but the double sums, whose pairs `addPair` is called with: addresses of two states. */
export function combineButDoubleSums(count: i32, keyWords: i32, addPair: (into: usize, from: usize) => void): void {
  const end = pairs + PAIR * <usize>count;
  const head: usize = 8 * <usize>keyWords;
  const states = head + 8 * <usize>headWords;
  combinePairHeads(end, head);
  for (let m = 0; m < metricCount; m++) {
    const offset = states + metricOffset(m);
    if (metricKind(m) != DOUBLE_SUM) combineMetric(metricKind(m), end, offset);
    else for (let pair = pairs; pair < end; pair += PAIR) addPair(intoOf(pair) + offset, fromOf(pair) + offset);
  }
}

function combinePairHeads(end: usize, head: usize): void {
  for (let pair = pairs; pair < end; pair += PAIR) combineHeads(intoOf(pair) + head, fromOf(pair) + head);
}

function combineHeads(into: usize, from: usize): void {
  const a = load<u64>(into);
  const b = load<u64>(from);
  store<u64>(into, ((a | b) & ~EVENTS_MASK) | ((a & EVENTS_MASK) + (b & EVENTS_MASK)));
  for (let w: usize = 8; w < 8 * <usize>headWords; w += 8) store<u64>(into + w, load<u64>(into + w) | load<u64>(from + w));
}

function combineMetric(kind: i32, end: usize, offset: usize): void {
  switch (kind) {
    case LONG_SUM:
      for (let pair = pairs; pair < end; pair += PAIR) combine(LONG_SUM, intoOf(pair) + offset, fromOf(pair) + offset);
      return;
    case DOUBLE_SUM:
      for (let pair = pairs; pair < end; pair += PAIR) combine(DOUBLE_SUM, intoOf(pair) + offset, fromOf(pair) + offset);
      return;
    case LONG_MIN:
      for (let pair = pairs; pair < end; pair += PAIR) combine(LONG_MIN, intoOf(pair) + offset, fromOf(pair) + offset);
      return;
    case LONG_MAX:
      for (let pair = pairs; pair < end; pair += PAIR) combine(LONG_MAX, intoOf(pair) + offset, fromOf(pair) + offset);
      return;
    case DOUBLE_MIN:
      for (let pair = pairs; pair < end; pair += PAIR) combine(DOUBLE_MIN, intoOf(pair) + offset, fromOf(pair) + offset);
      return;
    default:
      for (let pair = pairs; pair < end; pair += PAIR) combine(DOUBLE_MAX, intoOf(pair) + offset, fromOf(pair) + offset);
  }
}

/** Adds state b to a. `kind` is a constant where this is inlined into a loop. */
// @ts-ignore: decorator
@inline
function combine(kind: i32, a: usize, b: usize): void {
  if (kind == LONG_SUM) addLong(a, b);
  else if (kind == DOUBLE_SUM) addDoubleSums(a, b);
  else if (kind == LONG_MIN) store<i64>(a, min<i64>(load<i64>(a), load<i64>(b)));
  else if (kind == LONG_MAX) store<i64>(a, max<i64>(load<i64>(a), load<i64>(b)));
  else if (kind == DOUBLE_MIN) store<f64>(a, min<f64>(load<f64>(a), load<f64>(b)));
  else store<f64>(a, max<f64>(load<f64>(a), load<f64>(b)));
}

// @ts-ignore: decorator
@inline
function addLong(a: usize, b: usize): void {
  const low = load<u64>(a) + load<u64>(b);
  const carry = <u64>(low < load<u64>(b));
  store<u64>(a, low);
  store<u64>(a, load<u64>(a, 8) + load<u64>(b, 8) + carry, 8);
}

// @ts-ignore: decorator
@inline
function addDoubleSums(a: usize, b: usize): void {
  const x = load<u64>(a, 8);
  const y = load<u64>(b, 8);
  const low = load<u64>(a) + load<u64>(b);
  const high = x + y + <u64>(low < load<u64>(b));
  // No sum of two narrow ones wraps; a wide one has unequal top bits.
  if (isNarrow(x)) {
    if (isNarrow(y)) {
      if (isNarrow(high)) {
        store<u64>(a, low);
        store<u64>(a, high, 8);
        return;
      }
    }
  }
  addWideSums(a, b);
}

function addWideSums(a: usize, b: usize): void {
  const x = load<u64>(a, 8);
  const y = load<u64>(b, 8);
  if (x != WIDE && y == WIDE) {
    const sum = load<u64>(b);
    wideAddNarrow(<usize>sum, load<u64>(a), x);
    store<u64>(a, sum);
    store<u64>(a, WIDE, 8);
    return;
  }
  if (x != WIDE) {
    const sum = emptyWide();
    wideAddNarrow(sum, load<u64>(a), x);
    store<u64>(a, <u64>sum);
    store<u64>(a, WIDE, 8);
  }
  const sum = <usize>load<u64>(a);
  if (y == WIDE) wideAddWide(sum, <usize>load<u64>(b));
  else wideAddNarrow(sum, load<u64>(b), y);
}

function emptyWide(): usize {
  if (poolUsed == poolMade) {
    store<u32>(pool + 4 * <usize>poolMade, <u32>allocate(WIDE_BYTES));
    poolMade++;
  }
  const sum = <usize>load<u32>(pool + 4 * <usize>poolUsed);
  poolUsed++;
  memory.fill(sum, 0, WIDE_BYTES);
  return sum;
}
