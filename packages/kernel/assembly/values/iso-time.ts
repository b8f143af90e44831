// ISO 8601 times of any form that the reference takes, one by one: 25-30 ns each. The usual forms within the hour that was
// read last do not come here (time.ts).

/** What {@link readIso} found: milliseconds since the epoch. */
export let isoMs: i64 = 0;
/** The start of the written hour, without the offset that may follow; -1 where the text has no hour. */
export let isoHourMs: i64 = 0;

/** Larger than every part of a time. */
const NO_NUMBER: u32 = 1000;
const DATE_LENGTH: usize = 10;
const HOUR_MS: i64 = 3600000;
const MINUTE_MS: i64 = 60000;

/** Two digits; NO_NUMBER or more for anything else. */
// @ts-ignore: decorator
@inline
function two(p: usize): u32 {
  const tens = <u32>load<u8>(p) - 0x30;
  const ones = <u32>load<u8>(p, 1) - 0x30;
  if (tens > 9 || ones > 9) return NO_NUMBER;
  return tens * 10 + ones;
}

/**
 * Reads `2015-09-12`, and with `T` (or a space, where they are allowed) `10`, `10:30`, `10:30:15`, `10:30:15.123456`, then
 * `Z`, `+05:30`, `+0530`, `+05` or nothing. Digits behind the milliseconds are dropped. False for any other text, also for
 * the years and months that the reference takes.
 */
export function readIso(at: usize, length: u32, spaces: bool): bool {
  if (<usize>length < DATE_LENGTH) return false;
  if (load<u64>(at) != dateText || load<u16>(at, 8) != dateText8) {
    if (!readDate(at)) return false;
    dateText = load<u64>(at);
    dateText8 = load<u16>(at, 8);
  }
  isoMs = dateMs;
  isoHourMs = -1;
  const end = at + <usize>length;
  let p = at + DATE_LENGTH;
  if (p == end) return true;

  const separator = load<u8>(p);
  if (separator != 0x54 && separator != 0x74 && !(separator == 0x20 && spaces)) return false;
  const hour = two(p + 1);
  p += 3;
  if (p > end || hour > 23) return false;
  isoMs += <i64>hour * HOUR_MS;
  isoHourMs = isoMs;
  if (p < end && load<u8>(p) == 0x3a) {
    const minute = two(p + 1);
    p += 3;
    if (p > end || minute > 59) return false;
    isoMs += <i64>minute * MINUTE_MS;
    if (p < end && load<u8>(p) == 0x3a) {
      const second = two(p + 1);
      p += 3;
      if (p > end || second > 59) return false;
      isoMs += <i64>second * 1000;
      if (p < end && (load<u8>(p) == 0x2e || load<u8>(p) == 0x2c)) {
        const fraction = ++p;
        let millis: u32 = 0;
        while (p < end) {
          const digit = <u32>load<u8>(p) - 0x30;
          if (digit > 9) break;
          if (p - fraction < 3) millis = millis * 10 + digit;
          p++;
        }
        isoMs += <i64>(p - fraction == 1 ? millis * 100 : p - fraction == 2 ? millis * 10 : millis);
        if (p == fraction) return false;
      }
    }
  }
  return p == end || readOffset(p, end);
}

/** The date that was read last: its ten characters, and when it begins. */
let dateText: u64 = 0;
let dateText8: u16 = 0;
let dateMs: i64 = 0;

function readDate(at: usize): bool {
  const century = two(at);
  const yearOfCentury = two(at + 2);
  const month = two(at + 5);
  const day = two(at + 8);
  if (century >= NO_NUMBER || yearOfCentury >= NO_NUMBER) return false;
  if (load<u8>(at, 4) != 0x2d || load<u8>(at, 7) != 0x2d) return false;
  const year = century * 100 + yearOfCentury;
  if (month - 1 > 11 || day - 1 >= daysOfMonth(year, month)) return false;
  dateMs = daysFromEpoch(<i32>year, <i32>month, <i32>day) * 24 * HOUR_MS;
  return true;
}

function readOffset(at: usize, end: usize): bool {
  const sign = load<u8>(at);
  const length = end - at;
  if (sign == 0x5a || sign == 0x7a) return length == 1;
  if (sign != 0x2b && sign != 0x2d) return false;
  const hours = two(at + 1);
  let minutes: u32 = 0;
  if (length == 6 && load<u8>(at, 3) == 0x3a) minutes = two(at + 4);
  else if (length == 5) minutes = two(at + 3);
  else if (length != 3) return false;
  if (hours > 23 || minutes > 59) return false;
  const offset = <i64>hours * HOUR_MS + <i64>minutes * MINUTE_MS;
  isoMs += sign == 0x2d ? offset : -offset;
  return true;
}

function daysOfMonth(year: u32, month: u32): u32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Days since 1970-01-01 of a date of the Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function daysFromEpoch(year: i32, month: i32, day: i32): i64 {
  // Years begin in March, so that the leap day is the last; moved by 400, so that none is negative.
  const shifted = year + 400 - (month <= 2 ? 1 : 0);
  const era = shifted / 400;
  const yearOfEra = shifted - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return <i64>(era - 1) * 146097 + <i64>dayOfEra - 719468;
}
