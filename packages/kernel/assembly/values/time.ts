// Event times to time buckets.
//
// Reads the spans of the time field; writes the bucket of the open batch's rows, counted from the one that holds the chunk's
// start, or STRAY and the time. Buckets align with the Unix epoch. Null, missing, other kinds and rare forms are PUNT.
// ISO times with `Z`, to the second or millisecond, within the hour that was read last: 6-7 ns a row. Integers of at most
// 16 digits: 7 ns. All else one by one: 25-30 ns.
import { KIND_SHIFT, LENGTH_MASK, NUMBER, STRAY, STRING } from '../layout';
import { blockRows, spanAt, spanOf, strayTime } from '../block';
import { batch, batchRow, bucketAt } from '../batch';
import { ASCII_ZEROS, nonDigits, TENS, upToSixteenDigits } from './digits';
import { exponent, mantissa, negative, readDecimal } from './decimal';
import { isoHourMs, isoMs, readIso } from './iso-time';
import { addFlag, isPunted, oddRow, punt, setOddRow } from './odd-rows';
import { integerPower, MAX_INTEGER_POWER } from './powers-of-ten';

const AUTO: i32 = 0;
const ISO: i32 = 1;
const MILLIS: i32 = 2;
const POSIX: i32 = 3;
const MICRO: i32 = 4;
const NANO: i32 = 5;

/** The years 0000 to 9999. */
const MIN_TIME_MS: i64 = -62167219200000;
const MAX_TIME_MS: i64 = 253402300799999;

let format: i32 = AUTO;
/** Powers of ten from the format's unit of numbers to milliseconds. */
let shift: i32 = 0;
let chunkStart: i64 = 0;
let chunkLength: u64 = 0;
/** From the start of bucket 0 to that of the chunk; less than a bucket. */
let lead: u32 = 0;
let granularity: u32 = 1;

/** The format is one of the constants above, times are in ms, the chunk is `[chunkStartMs, chunkEndMs)` and at most 40 days. */
export function setTime(timeFormat: i32, chunkStartMs: i64, chunkEndMs: i64, granularityMs: i64): void {
  format = timeFormat;
  shift = timeFormat == POSIX ? 3 : timeFormat == MICRO ? -3 : timeFormat == NANO ? -6 : 0;
  chunkStart = chunkStartMs;
  chunkLength = <u64>(chunkEndMs - chunkStartMs);
  granularity = <u32>granularityMs;
  const remainder = chunkStartMs % granularityMs;
  lead = <u32>(remainder < 0 ? remainder + granularityMs : remainder);
  hourText = 0;
}

/** The first 13 characters of the ISO time that was read last, `2015-09-12T10`: from byte 0 and from byte 5. No text has 0. */
let hourText: u64 = 0;
let hourText5: u64 = 0;
/** Its hour, from the chunk's start. */
let hourFromStart: i64 = 0;

/** `00:00:00.000Z` from the hour's second digit on is bytes 11 to 23 of a time; what stands behind is anything. */
const CLOCK_BASE = memory.data<u8>([0x30, 0x30, 0x3a, 0x30, 0x30, 0x3a, 0x30, 0x30, 0x2e, 0x30, 0x30, 0x30, 0x5a, 0, 0, 0], 16);
const CLOCK_MAX = memory.data<u8>([2, 9, 0, 5, 9, 0, 5, 9, 0, 9, 9, 9, 0, 255, 255, 255], 16);
/** The same for `00:00:00Z`. */
const SECONDS_BASE = memory.data<u8>([0x30, 0x30, 0x3a, 0x30, 0x30, 0x3a, 0x30, 0x30, 0x5a, 0, 0, 0, 0, 0, 0, 0], 16);
const SECONDS_MAX = memory.data<u8>([2, 9, 0, 5, 9, 0, 5, 9, 0, 255, 255, 255, 255, 255, 255, 255], 16);
/** Seconds of the hour and milliseconds that each digit stands for. */
const SECOND_WEIGHTS = memory.data<i16>([0, 0, 0, 600, 60, 0, 10, 1], 16);
const MILLI_WEIGHTS = memory.data<i16>([0, 100, 10, 1, 0, 0, 0, 0], 16);

const MILLIS_SPAN: u32 = (STRING << KIND_SHIFT) | 24;
const SECONDS_SPAN: u32 = (STRING << KIND_SHIFT) | 20;

/** The second argument is unused: every operator of a program has two. */
export function readTime(field: i32, _b: i32): void {
  // Times of all forms are read either way, but those of the block's first row fast.
  const texts = format == ISO || (format == AUTO && load<u32>(spanOf(field)) >> KIND_SHIFT == STRING);
  const odd = texts ? readIsoTimes(field) : readIntegerTimes(field);
  if (odd) readOdd(odd, field);
}

/** Returns the number of odd rows. An hour not seen before is learned from the first row that has it. */
function readIsoTimes(field: i32): i32 {
  const texts = spanAt(field);
  const spans = spanOf(field);
  const rows = blockRows;
  const out = bucketAt(batch) + 4 * <usize>batchRow;
  const clockBase = v128.load(CLOCK_BASE);
  const clockMax = v128.load(CLOCK_MAX);
  const secondsBase = v128.load(SECONDS_BASE);
  const secondsMax = v128.load(SECONDS_MAX);
  const secondWeights = v128.load(SECOND_WEIGHTS);
  const milliWeights = v128.load(MILLI_WEIGHTS);
  const length = chunkLength;
  const ahead = <u64>lead;
  const width = granularity;
  let text = hourText;
  let text5 = hourText5;
  let hour = hourFromStart;
  let odd = 0;
  for (let r = 0; r < rows; r++) {
    const p = <usize>load<u32>(texts + 4 * <usize>r);
    const span = load<u32>(spans + 4 * <usize>r);
    let inHour: i32 = -1;
    if (span - SECONDS_SPAN <= 4) {
      if (((load<u64>(p) ^ text) | (load<u64>(p, 5) ^ text5)) != 0) {
        learnHour(p, span & LENGTH_MASK);
        text = hourText;
        text5 = hourText5;
        hour = hourFromStart;
      }
      if (((load<u64>(p) ^ text) | (load<u64>(p, 5) ^ text5)) == 0) {
        const clock = v128.load(p, 11);
        if (span == MILLIS_SPAN) {
          const digits = v128.sub<i8>(clock, clockBase);
          if (i8x16.bitmask(i8x16.le_u(digits, clockMax)) == 0xffff) {
            const s = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(digits), secondWeights);
            const f = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(digits), milliWeights);
            const seconds = i32x4.extract_lane(s, 1) + i32x4.extract_lane(s, 2) + i32x4.extract_lane(s, 3);
            inHour = seconds * 1000 + i32x4.extract_lane(f, 0) + i32x4.extract_lane(f, 1);
          }
        } else if (span == SECONDS_SPAN) {
          const digits = v128.sub<i8>(clock, secondsBase);
          if (i8x16.bitmask(i8x16.le_u(digits, secondsMax)) == 0xffff) {
            const s = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(digits), secondWeights);
            inHour = (i32x4.extract_lane(s, 1) + i32x4.extract_lane(s, 2) + i32x4.extract_lane(s, 3)) * 1000;
          }
        }
      }
    }
    if (inHour < 0) setOddRow(odd++, r);
    else {
      const fromStart = <u64>(hour + <i64>inHour);
      if (fromStart < length) store<u32>(out + 4 * <usize>r, <u32>(fromStart + ahead) / width);
      else stray(r, chunkStart + <i64>fromStart);
    }
  }
  return odd;
}

/** Takes over the hour of a time of 20 or 24 characters, if it is one and not near the ends of the range. */
function learnHour(at: usize, length: u32): void {
  if (!readIso(at, length, format == AUTO) || isoHourMs == -1) return;
  hourText = load<u64>(at);
  hourText5 = load<u64>(at, 5);
  hourFromStart = isoHourMs - chunkStart;
}

/** Integers of at most 16 digits; returns the number of odd rows. */
function readIntegerTimes(field: i32): i32 {
  const texts = spanAt(field);
  const spans = spanOf(field);
  const rows = blockRows;
  const out = bucketAt(batch) + 4 * <usize>batchRow;
  const zeros = v128.load(ASCII_ZEROS);
  const tens = v128.load(TENS);
  const length = chunkLength;
  const start = chunkStart;
  const ahead = <u64>lead;
  const width = granularity;
  const multiplier: i64 = format == POSIX ? 1000 : 1;
  const divisor: u64 = format == MICRO ? 1000 : format == NANO ? 1000000 : 1;
  let odd = 0;
  for (let r = 0; r < rows; r++) {
    const p = <usize>load<u32>(texts + 4 * <usize>r);
    const digits = load<u32>(spans + 4 * <usize>r) - (NUMBER << KIND_SHIFT);
    let ms: i64 = -1;
    if (digits - 1 < 16) {
      if ((nonDigits(p, zeros, tens) & ((1 << digits) - 1)) == 0) {
        let value = upToSixteenDigits(p, digits);
        if (divisor != 1) value /= divisor;
        ms = <i64>value * multiplier;
      }
    }
    const fromStart = <u64>(ms - start);
    if (<u64>ms > <u64>MAX_TIME_MS) setOddRow(odd++, r);
    else if (fromStart < length) store<u32>(out + 4 * <usize>r, <u32>(fromStart + ahead) / width);
    else stray(r, ms);
  }
  return odd;
}

function stray(row: i32, timeMs: i64): void {
  addFlag(row, STRAY);
  store<i64>(strayTime + 8 * <usize>row, timeMs);
}

function readOdd(odd: i32, field: i32): void {
  const texts = spanAt(field);
  const spans = spanOf(field);
  const out = bucketAt(batch) + 4 * <usize>batchRow;
  for (let i = 0; i < odd; i++) {
    const r = oddRow(i);
    if (isPunted(r)) continue;
    const ms = timeOf(<usize>load<u32>(texts + 4 * <usize>r), load<u32>(spans + 4 * <usize>r));
    const fromStart = <u64>(ms - chunkStart);
    if (ms < MIN_TIME_MS || ms > MAX_TIME_MS) punt(r);
    else if (fromStart < chunkLength) store<u32>(out + 4 * <usize>r, <u32>(fromStart + <u64>lead) / granularity);
    else stray(r, ms);
  }
}

const NO_TIME: i64 = i64.MIN_VALUE;

/** Milliseconds since the epoch; NO_TIME, or a time out of range, if the host must judge it. */
function timeOf(at: usize, span: u32): i64 {
  const kind = span >> KIND_SHIFT;
  const length = span & LENGTH_MASK;
  if (kind != STRING && (kind != NUMBER || format == ISO)) return NO_TIME;
  if (format != ISO && readDecimal(at, length)) return floorShifted();
  if (kind != STRING || (format != ISO && format != AUTO)) return NO_TIME;
  return readIso(at, length, format == AUTO) ? isoMs : NO_TIME;
}

/** The decimal that was read last, in milliseconds, floored. */
function floorShifted(): i64 {
  const power = exponent + shift;
  if (mantissa == 0) return 0;
  let magnitude = mantissa;
  let rest = false;
  if (power > 0) {
    if (power > MAX_INTEGER_POWER || magnitude > <u64>MAX_TIME_MS / integerPower(power)) return NO_TIME;
    magnitude *= integerPower(power);
  } else if (power < 0) {
    const divisor = power < -MAX_INTEGER_POWER ? 0 : integerPower(-power);
    magnitude = divisor ? mantissa / divisor : 0;
    rest = magnitude * divisor != mantissa;
  }
  if (magnitude > <u64>MAX_TIME_MS) return NO_TIME;
  return negative ? -(<i64>magnitude) - <i64>rest : <i64>magnitude;
}
