// A group: its key and the state of its metrics, one row of fixed size.
//
//   key    u64[keyWords]   time bucket and dimensions, packed into bits: see KeyLayout
//   head   u64[headWords]  low 40 bits of word 0: events. Above, and in further words: one bit for each metric column that
//                          has had a value (see columnBit)
//   state  by metric, at metricOffset(m):
//            LONG_SUM    i128, two's complement, low word first
//            DOUBLE_SUM  i128 fixed point, lowest bit 2^-84; or, with WIDE in its high word, the number of a wide sum in its
//                        low word (aggregate/wide-sum.ts)
//            LONG_MIN, LONG_MAX  i64        DOUBLE_MIN, DOUBLE_MAX  f64
//   padding to 64 bytes where a row has 33 to 63, else to 8
//
// A KeyLayout says which bits of which key word hold a field: field 0 is the bucket, field 1 + d dimension d. Fields stand from
// the highest bits of word 0 downwards and never straddle two words, so that rows compare like (bucket, dimensions...) when
// words are compared in order as unsigned numbers. Codes (this worker's, unordered) and ranks (of all, ordered) are packed
// the same way. In memory: words u32 | fields u32 | then for each field: word u32, shift u32, bits u32.

export const LONG_SUM: i32 = 1;
export const DOUBLE_SUM: i32 = 2;
export const LONG_MIN: i32 = 3;
export const LONG_MAX: i32 = 4;
export const DOUBLE_MIN: i32 = 5;
export const DOUBLE_MAX: i32 = 6;

export const EVENTS_BITS: u64 = 40;
export const EVENTS_MASK: u64 = 0xffffffffff;
/** The high word of a double sum that has left the fixed-point window; no narrow sum comes near it. */
export const WIDE: u64 = 0x8000000000000000;
/** The lowest bit of a narrow double sum is 2^-LSB. */
export const LSB: i32 = 84;

/** kind i32 | column i32 | offset i32 (within the state part), by metric. The count is no metric here: it is in the head. */
const metrics = memory.data(12 * 256, 16);
export let metricCount: i32 = 0;
export let headWords: i32 = 1;
export let stateBytes: usize = 0;

/** Columns before metrics: `setMetricColumns`, then `addMetric` for each. */
export function setMetricColumns(columns: i32): void {
  headWords = columns <= 24 ? 1 : 1 + ((columns - 24 + 63) >> 6);
  metricCount = 0;
  stateBytes = 0;
}

/** The host allows at most 256 metrics. */
export function addMetric(kind: i32, column: i32): void {
  const m = metrics + 12 * <usize>metricCount;
  metricCount += 1;
  store<i32>(m, kind);
  store<i32>(m, column, 4);
  store<i32>(m, <i32>stateBytes, 8);
  stateBytes += kind <= DOUBLE_SUM ? 16 : 8;
}

// @ts-ignore: decorator
@inline
export function metricKind(metric: i32): i32 {
  return load<i32>(metrics + 12 * <usize>metric);
}

// @ts-ignore: decorator
@inline
export function metricColumn(metric: i32): i32 {
  return load<i32>(metrics + 12 * <usize>metric, 4);
}

/** From the start of the state part, which begins behind key and head. */
// @ts-ignore: decorator
@inline
export function metricOffset(metric: i32): usize {
  return <usize>load<i32>(metrics + 12 * <usize>metric, 8);
}

/** Which head word holds the column's bit. */
// @ts-ignore: decorator
@inline
export function columnWord(column: i32): i32 {
  return column < 24 ? 0 : 1 + ((column - 24) >> 6);
}

/** The bit in that word that says that the column has had a value. */
// @ts-ignore: decorator
@inline
export function columnBit(column: i32): u64 {
  return column < 24 ? (<u64>1 << (EVENTS_BITS + <u64>column)) : (<u64>1 << <u64>((column - 24) & 63));
}

/** Bytes of a group row with so many key words. */
export function rowBytes(keyWords: i32): usize {
  const bytes: usize = 8 * <usize>(keyWords + headWords) + stateBytes;
  return bytes > 32 && bytes <= 64 ? 64 : bytes;
}

export const KEY_LAYOUT_HEADER: usize = 8;
export const KEY_LAYOUT_FIELD: usize = 12;

export function keyLayoutBytes(fields: i32): usize {
  return KEY_LAYOUT_HEADER + KEY_LAYOUT_FIELD * <usize>fields;
}

/** Places fields of `bits[field]` (u32 each, 1 to 32) into words. */
export function placeKeyFields(layout: usize, bits: usize, fields: i32): void {
  let word: u32 = 0;
  let left: u32 = 64;
  for (let f = 0; f < fields; f++) {
    const wanted = load<u32>(bits + 4 * <usize>f);
    if (wanted > left) {
      word++;
      left = 64;
    }
    left -= wanted;
    const at = layout + KEY_LAYOUT_HEADER + KEY_LAYOUT_FIELD * <usize>f;
    store<u32>(at, word);
    store<u32>(at, left, 4);
    store<u32>(at, wanted, 8);
  }
  store<u32>(layout, word + 1);
  store<u32>(layout, <u32>fields, 4);
}

// @ts-ignore: decorator
@inline
export function keyWordsOf(layout: usize): i32 {
  return load<i32>(layout);
}
// @ts-ignore: decorator
@inline
export function fieldWord(layout: usize, field: i32): u32 {
  return load<u32>(layout + KEY_LAYOUT_HEADER + KEY_LAYOUT_FIELD * <usize>field);
}
// @ts-ignore: decorator
@inline
export function fieldShift(layout: usize, field: i32): u32 {
  return load<u32>(layout + KEY_LAYOUT_HEADER + KEY_LAYOUT_FIELD * <usize>field, 4);
}
// @ts-ignore: decorator
@inline
export function fieldBits(layout: usize, field: i32): u32 {
  return load<u32>(layout + KEY_LAYOUT_HEADER + KEY_LAYOUT_FIELD * <usize>field, 8);
}
