// Fingerprints of deduplication keys, algorithm `hm1`: MurmurHash3_x64_128 over the encoded components (key-encoding.ts).
//
// Reads the spans of the key's fields; writes 16 bytes a row of the open batch, h1 then h2. A key that has a component
// missing, null, an object, a list, or a number beyond its range is PUNT.
// A key of one string or integer is hashed where it stands: 12 ns for 36 bytes. Other keys are encoded into a buffer first:
// 43 ns for three components.
import { KIND_SHIFT, LENGTH_MASK, NUMBER, STRING } from '../layout';
import { blockRows, spanAt, spanOf } from '../block';
import { batch, batchRow, fingerprintAt } from '../batch';
import { allocate, release } from '../memory';
import { encodeComponent, HEAD_BYTES, headOf, LONG_TAG, roomOf, STRING_TAG } from './key-encoding';
import { isPunted, punt } from './odd-rows';
import { finish, firstHalf, secondHalf, SEED } from './murmur3';
import { ASCII_ZEROS, nonDigits, TENS, upToSixteenDigits } from './digits';

const fields = memory.data(4 * 1024, 16);
let fieldCount: i32 = 0;

/** The next component of the key. The host allows at most 1024. */
export function addKeyField(field: i32): void {
  store<i32>(fields + 4 * <usize>fieldCount, field);
  fieldCount += 1;
}

/** 16 bytes at 16 * n: n bytes of ones, then zeros. */
const MASKS = memory.data(16 * 16, 16);
let masksReady: bool = false;

function prepareMasks(): void {
  memory.fill(MASKS, 0, 16 * 16);
  for (let n: usize = 1; n < 16; n++) memory.fill(MASKS + 16 * n, 0xff, n);
  masksReady = true;
}

/** Both arguments are unused: every operator of a program has two. */
export function hashKey(_a: i32, _b: i32): void {
  if (!masksReady) prepareMasks();
  if (fieldCount == 1) hashSingle(load<i32>(fields));
  else hashComposite();
}

function hashSingle(field: i32): void {
  const texts = spanAt(field);
  const spans = spanOf(field);
  const rows = blockRows;
  const masks = MASKS;
  const zeros = v128.load(ASCII_ZEROS);
  const tens = v128.load(TENS);
  let out = fingerprintAt(batch) + 16 * <usize>batchRow;
  for (let r = 0; r < rows; r++, out += 16) {
    const at = <usize>load<u32>(texts + 4 * <usize>r);
    const span = load<u32>(spans + 4 * <usize>r);
    if (span >> KIND_SHIFT == STRING) hashString(at, span & LENGTH_MASK, masks, out);
    else {
      const minus = <u32>(load<u8>(at) == 0x2d);
      const length = span - (NUMBER << KIND_SHIFT) - minus;
      if (length - 1 < 16) {
        if ((nonDigits(at + <usize>minus, zeros, tens) & ((1 << length) - 1)) == 0) {
          const magnitude = upToSixteenDigits(at + <usize>minus, length);
          hashLong(minus ? -magnitude : magnitude, out);
          continue;
        }
      }
      if (!isPunted(r)) hashOther(r, at, span, out);
    }
  }
}

/** The stream of words to hash is the head, 5 bytes, and then the text: word i begins 5 bytes before text byte 8 * i. */
// @ts-ignore: decorator
@inline
function hashString(at: usize, length: u32, masks: usize, out: usize): void {
  const total = <usize>length + HEAD_BYTES;
  let word1 = headOf(STRING_TAG, <u64>length) | (load<u64>(at) << 40);
  let word2 = load<u64>(at, 3);
  let h1 = SEED;
  let h2 = SEED;
  let p = at + 3;
  const end = at + (total & ~15);
  while (p < end) {
    h1 = firstHalf(h1, h2, word1);
    h2 = secondHalf(h1, h2, word2);
    word1 = load<u64>(p, 8);
    word2 = load<u64>(p, 16);
    p += 16;
  }
  const mask = masks + 16 * (total & 15);
  finish(h1, h2, word1 & load<u64>(mask), word2 & load<u64>(mask, 8), total, out);
}

/** Tag, length and eight bytes are less than a block: 13 bytes of one padded with zeros. */
// @ts-ignore: decorator
@inline
function hashLong(value: u64, out: usize): void {
  finish(SEED, SEED, headOf(LONG_TAG, 8) | (value << 40), value >> 24, 13, out);
}

/** For longer numbers, other numbers and booleans. */
function hashOther(row: i32, at: usize, span: u32, out: usize): void {
  const end = encodeComponent(at, span, need(roomOf(span)));
  if (end == 0) punt(row);
  else hashBytes(encoded, end - encoded, out);
}

function hashBytes(at: usize, bytes: usize, out: usize): void {
  const end = at + (bytes & ~15);
  let h1 = SEED;
  let h2 = SEED;
  let p = at;
  while (p < end) {
    h1 = firstHalf(h1, h2, load<u64>(p));
    h2 = secondHalf(h1, h2, load<u64>(p, 8));
    p += 16;
  }
  const mask = MASKS + 16 * (bytes & 15);
  finish(h1, h2, load<u64>(p) & load<u64>(mask), load<u64>(p, 8) & load<u64>(mask, 8), bytes, out);
}

/** Encoded keys of a run of rows. It grows for a single key that is longer. */
let encoded: usize = 0;
let encodedRoom: usize = 0;
const FIRST_ROOM: usize = 32768;
/** hashBytes reads so far behind the end. */
const BEHIND: usize = 16;
/** Ends of the encoded keys of a run; 0 for rows that are left to the host. */
const ends = memory.data(4 * 144, 16);

function need(bytes: usize): usize {
  if (bytes + BEHIND > encodedRoom) {
    if (encodedRoom) release(encoded, encodedRoom);
    encodedRoom = bytes + BEHIND > FIRST_ROOM ? bytes + BEHIND : FIRST_ROOM;
    encoded = allocate(encodedRoom);
  }
  return encoded;
}

/** Encodes as many rows as the buffer holds, then hashes them: reading bytes just written would wait for the stores. */
function hashComposite(): void {
  const rows = blockRows;
  let first = 0;
  while (first < rows) {
    let p = need(roomOfKey(first));
    const limit = encoded + encodedRoom - BEHIND;
    let r = first;
    do {
      const end: usize = isPunted(r) ? <usize>0 : encodeKey(r, p);
      store<u32>(ends + 4 * <usize>r, <u32>end);
      if (end) p = end;
      else punt(r);
      r++;
    } while (r < rows && p + roomOfKey(r) <= limit);
    hashRun(first, r);
    first = r;
  }
}

function roomOfKey(row: i32): usize {
  let room: usize = 0;
  for (let k = 0; k < fieldCount; k++) {
    room += roomOf(load<u32>(spanOf(load<i32>(fields + 4 * <usize>k)) + 4 * <usize>row));
  }
  return room;
}

function encodeKey(row: i32, out: usize): usize {
  let p = out;
  for (let k = 0; k < fieldCount; k++) {
    const field = load<i32>(fields + 4 * <usize>k);
    p = encodeComponent(<usize>load<u32>(spanAt(field) + 4 * <usize>row), load<u32>(spanOf(field) + 4 * <usize>row), p);
    if (p == 0) return 0;
  }
  return p;
}

function hashRun(first: i32, last: i32): void {
  let p = encoded;
  for (let r = first; r < last; r++) {
    const end = <usize>load<u32>(ends + 4 * <usize>r);
    if (end == 0) continue;
    hashBytes(p, end - p, fingerprintAt(batch) + 16 * <usize>(batchRow + r));
    p = end;
  }
}
