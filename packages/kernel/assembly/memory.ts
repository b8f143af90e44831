// The kernel's memory: blocks of a power of two bytes, from free lists, else from the end. Single-threaded, as each worker
// has a memory of its own. Pages that nobody has touched cost nothing, so rounding up is cheap; but a page that was touched
// stays resident for good. So the budget is for what was ever touched, and a large free block is halved before new
// pages are.

/** Called when the budget or the 2 GiB that this memory may have are used up. The host throws; this instance must not be used again. */
// @ts-ignore: decorator
@external("env", "outOfMemory")
declare function outOfMemory(wantedBytes: f64): void;

/** Called when this memory has grown: the host needs new views. */
// @ts-ignore: decorator
@external("env", "memoryGrew")
declare function memoryGrew(): void;

const MIN_CLASS: usize = 6; // 64 bytes
const MAX_CLASS: usize = 31;
/** Free list heads by class: the address of the first free block. A free block: next u32 | bytes of it that were touched u32. */
const free_ = memory.data(4 * 32, 16);
const TOUCHED: usize = 4;
const PAGE: usize = 4096;
/** wasm pages of 64 KiB that memory grows by at least: the host then needs new views, so it should be rare. */
const MIN_GROWTH: usize = 256;

let end: usize = 0;
let usedBytes: f64 = 0;
let residentBytes: f64 = 0;
let budgetBytes: f64 = 4294967296.0;
/** Of the block that `take` found: how much of it is resident. */
let touched: usize = 0;

/** Bytes asked for and not given back, without rounding. */
export function bytesInUse(): f64 {
  return usedBytes;
}

/** Bytes that were ever touched, and what was counted on top: never less than what the operating system sees. */
export function bytesResident(): f64 {
  return residentBytes;
}

export function setBudget(bytes: f64): void {
  budgetBytes = bytes;
}

/** What is left of the budget for new pages. */
export function bytesLeft(): f64 {
  return budgetBytes - residentBytes;
}

// @ts-ignore: decorator
@inline
function classOf(bytes: usize): usize {
  return bytes <= (1 << MIN_CLASS) ? MIN_CLASS : 32 - <usize>clz<u32>(<u32>(bytes - 1));
}

/**
 * A block of at least `bytes`, aligned to 64 bytes (to 4096 from that size on). Its content is undefined. Calls the host's
 * `outOfMemory`, which throws, when the budget is used up.
 */
export function allocate(bytes: usize): usize {
  const at = take(bytes);
  usedBytes += <f64>bytes;
  if (bytes > touched) grow(<f64>(bytes - touched));
  return at;
}

/** Takes bytes from the budget, or gives them back when negative: for what {@link allocateUncounted} reserved, once it is touched. */
export function count(bytes: f64): void {
  usedBytes += bytes;
  grow(bytes);
}

/** {@link allocate} for a large array that fills slowly: its owner counts the part that is in use, by {@link countFilled}. */
export function allocateUncounted(bytes: usize): usize {
  return take(bytes);
}

/** Of the block that {@link allocateUncounted} gave last: how much of it is resident, and so counted for good. */
export function residentOfBlock(): usize {
  return touched;
}

/** An array of {@link allocateUncounted} is in use up to `to`, where it was up to `from`; `resident` as the block came. */
export function countFilled(from: usize, to: usize, resident: usize): void {
  usedBytes += <f64>(to - from);
  const counted = from > resident ? from : resident;
  if (to > counted) grow(<f64>(to - counted));
}

/** What can be counted on of the budget: all of its new pages, and half of what was given back, for that may be in small pieces. */
export function bytesFree(): f64 {
  return budgetBytes - 0.5 * (residentBytes + usedBytes);
}

/** Memory from here on has never been in use: it is zero. */
export function freshFrom(): usize {
  return end;
}

/** Gives a block back; `bytes` as it was asked for. */
export function release(at: usize, bytes: usize): void {
  usedBytes -= <f64>bytes;
  push(at, classOf(bytes), bytes);
}

/** Gives back a block from {@link allocateUncounted}, of which `counted` bytes were counted, and `resident` of them before. */
export function releaseUncounted(at: usize, bytes: usize, counted: usize, resident: usize): void {
  usedBytes -= <f64>counted;
  push(at, classOf(bytes), counted > resident ? counted : resident);
}

function grow(bytes: f64): void {
  if (residentBytes + bytes > budgetBytes) outOfMemory(bytes);
  residentBytes += bytes;
}

function take(bytes: usize): usize {
  const cls = classOf(bytes);
  if (cls > MAX_CLASS) outOfMemory(<f64>bytes);
  const known = takeFree(cls, bytes);
  if (known) return known;
  touched = 0;
  if (!end) end = (__heap_base + PAGE - 1) & ~(PAGE - 1);
  const size = <usize>1 << cls;
  const alignment = size < PAGE ? size : PAGE;
  const at = (end + alignment - 1) & ~(alignment - 1);
  // Addresses reach the host as signed numbers: half of the 4 GiB is all there is.
  if (<u64>at + <u64>size > 0x7fff0000) outOfMemory(<f64>bytes);
  ensure(at + size);
  end = at + size;
  return at;
}

/** A free block of this class, or the front of a larger one of which so much is resident; 0 when there is none. */
function takeFree(cls: usize, bytes: usize): usize {
  for (let c = cls; c <= MAX_CLASS; c++) {
    const at = <usize>load<u32>(free_ + 4 * c);
    if (!at) continue;
    touched = <usize>load<u32>(at, TOUCHED);
    if (c > cls) {
      if (touched < bytes) continue;
    }
    store<u32>(free_ + 4 * c, load<u32>(at));
    for (let half = c; half > cls; ) {
      half--;
      const size = <usize>1 << half;
      push(at + size, half, touched > size ? touched - size : 0);
      if (touched > size) touched = size;
    }
    return at;
  }
  return 0;
}

function push(at: usize, cls: usize, touchedBytes: usize): void {
  const head = free_ + 4 * cls;
  store<u32>(at, load<u32>(head));
  store<u32>(at, <u32>touchedBytes, TOUCHED);
  store<u32>(head, <u32>at);
}

/** {@link allocate}, filled with zeros. */
export function allocateZeroed(bytes: usize): usize {
  const at = allocate(bytes);
  memory.fill(at, 0, bytes);
  return at;
}

/**
 * Moves bytes, which may overlap. For the host: its own `copyWithin` goes through shared memory byte by byte where the two
 * places are not aligned alike.
 */
export function moveBytes(to: usize, from: usize, bytes: usize): void {
  memory.copy(to, from, bytes);
}

/** Grows the memory once by what will be needed: reserved pages are free until they are touched. */
export function reserve(bytes: usize): void {
  if (!end) end = (__heap_base + PAGE - 1) & ~(PAGE - 1);
  ensure(end + bytes);
}

function ensure(to: usize): void {
  const needed = (to + 0xffff) >>> 16;
  const have = <usize>memory.size();
  if (needed <= have) return;
  const wanted = needed - have;
  const growth = wanted > MIN_GROWTH ? wanted : MIN_GROWTH;
  if (memory.grow(<i32>growth) < 0) {
    if (memory.grow(<i32>wanted) < 0) outOfMemory(<f64>(wanted << 16));
  }
  memoryGrew();
}
