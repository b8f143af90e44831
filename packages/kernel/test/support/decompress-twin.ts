// Decompressors in the plainest form: a byte at a time, and undefined for whatever is not right.
import { xxh32Twin } from './xxh32-twin.ts';

const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);

/** What a stream is read from: its bytes and the place of the next one. */
interface Input {
  readonly bytes: Buffer;
  at: number;
}

/** The next `length` bytes as a number, the lowest first. */
function little(input: Input, length: number): number | undefined {
  if (input.at + length > input.bytes.length) return undefined;
  input.at += length;
  return input.bytes.readUIntLE(input.at - length, length);
}

function literals(input: Input, length: number, out: number[]): boolean {
  if (input.at + length > input.bytes.length) return false;
  for (const byte of input.bytes.subarray(input.at, input.at + length)) out.push(byte);
  input.at += length;
  return true;
}

function match(out: number[], lowest: number, distance: number, length: number): boolean {
  if (distance === 0 || distance > out.length - lowest) return false;
  for (let i = 0; i < length; i++) out.push(out[out.length - distance] ?? 0);
  return true;
}

export function snappyTwin(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 16 || !bytes.subarray(0, 8).equals(XERIAL)) return rawSnappyTwin(bytes);
  if (bytes.readInt32BE(12) > 1) return undefined;
  const blocks: Buffer[] = [];
  for (let at = 16; at < bytes.length; ) {
    const length = at + 4 <= bytes.length ? bytes.readInt32BE(at) : -1;
    if (length < 0 || at + 4 + length > bytes.length) return undefined;
    const block = rawSnappyTwin(bytes.subarray(at + 4, at + 4 + length));
    if (block === undefined) return undefined;
    blocks.push(block);
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

function rawSnappyTwin(bytes: Buffer): Buffer | undefined {
  const input = { bytes, at: 0 };
  const out: number[] = [];
  let length = 0;
  for (let index = 0, byte = 128; byte > 127; index++) {
    byte = little(input, 1) ?? 255;
    length += (byte & 127) * 128 ** index;
    if (index === 4 && byte > 127) return undefined;
  }
  while (input.at < bytes.length) {
    if (!snappyElement(input, out) || out.length > length) return undefined;
  }
  return out.length === length ? Buffer.from(out) : undefined;
}

function snappyElement(input: Input, out: number[]): boolean {
  const tag = little(input, 1) ?? 0;
  const upper = tag >> 2;
  switch (tag & 3) {
    case 0: {
      const number = upper < 60 ? upper : little(input, upper - 59);
      return number !== undefined && literals(input, number + 1, out);
    }
    case 1: {
      const low = little(input, 1);
      return low !== undefined && match(out, 0, ((tag >> 5) << 8) | low, 4 + (upper & 7));
    }
    default: {
      const distance = little(input, (tag & 3) === 2 ? 2 : 4);
      return distance !== undefined && match(out, 0, distance, upper + 1);
    }
  }
}

export function lz4FrameTwin(bytes: Buffer): Buffer | undefined {
  const input = { bytes, at: 0 };
  if (little(input, 4) !== 0x184d2204) return undefined;
  const flags = little(input, 1);
  const descriptor = little(input, 1);
  if (flags === undefined || descriptor === undefined) return undefined;
  if ((flags & 0xc3) !== 0x40 || (descriptor & 0x8f) !== 0 || descriptor < 0x40) return undefined;
  const low = flags & 8 ? little(input, 4) : 0;
  const high = flags & 8 ? little(input, 4) : 0;
  const headerSum = (xxh32Twin(bytes.subarray(4, input.at)) >>> 8) & 255;
  if (low === undefined || high === undefined || little(input, 1) !== headerSum) return undefined;

  const out: number[] = [];
  for (let word = little(input, 4); word !== 0; word = little(input, 4)) {
    if (word === undefined || !lz4FrameBlock(input, word, flags, 1 << (8 + (descriptor >> 3)), out)) return undefined;
  }
  const text = Buffer.from(out);
  if (flags & 4 && little(input, 4) !== xxh32Twin(text)) return undefined;
  if (flags & 8 && text.length !== low + high * 2 ** 32) return undefined;
  return input.at === bytes.length ? text : undefined;
}

function lz4FrameBlock(input: Input, word: number, flags: number, mostBytes: number, out: number[]): boolean {
  const from = out.length;
  const length = word % 2 ** 31;
  const data = input.bytes.subarray(input.at, input.at + length);
  if (length > mostBytes || data.length < length) return false;
  input.at += length;
  if (flags & 16 && little(input, 4) !== xxh32Twin(data)) return false;
  if (word >= 2 ** 31) return literals({ bytes: data, at: 0 }, length, out);
  return lz4Sequences({ bytes: data, at: 0 }, flags & 32 ? from : 0, out, from + mostBytes);
}

function lz4Sequences(input: Input, lowest: number, out: number[], mostOut: number): boolean {
  for (;;) {
    const token = little(input, 1);
    if (token === undefined) return false;
    const number = lz4Length(input, token >> 4);
    if (number === undefined || !literals(input, number, out) || out.length > mostOut) return false;
    if (input.at === input.bytes.length) return true;
    const distance = little(input, 2);
    const length = lz4Length(input, token & 15);
    if (distance === undefined || length === undefined || out.length + length + 4 > mostOut) return false;
    if (!match(out, lowest, distance, length + 4)) return false;
  }
}

function lz4Length(input: Input, first: number): number | undefined {
  let length = first;
  for (let byte = first === 15 ? 255 : 0; byte === 255; length += byte) {
    const next = little(input, 1);
    if (next === undefined) return undefined;
    byte = next;
  }
  return length;
}
