/**
 * Values of dimensions as byte strings whose unsigned order, shorter first, is the order of the values: the form in which the
 * kernel's dictionaries hold them. A string is its UTF-8 bytes.
 */

/** 8 bytes, big-endian, with the sign bit turned. */
export function orderedLong(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value) ^ SIGN);
  return bytes;
}

const SIGN = 1n << 63n;

/** 8 bytes, big-endian: IEEE 754 binary64 with the sign bit turned, or all bits when it is negative. Never NaN or -0. */
export function orderedDouble(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  const bits = bytes.readBigUInt64BE();
  bytes.writeBigUInt64BE(bits >= SIGN ? BigInt.asUintN(64, ~bits) : bits | SIGN);
  return bytes;
}

/** For each element 0x01 for null, or 0x02, its UTF-8 bytes with 0x00 written as 0x00 0xff, and 0x00 0x00. */
export function orderedList(values: readonly (string | null)[]): Uint8Array {
  const bytes: number[] = [];
  for (const value of values) {
    if (value === null) {
      bytes.push(1);
      continue;
    }
    bytes.push(2);
    for (const byte of Buffer.from(value, 'utf8')) {
      bytes.push(byte);
      if (byte === 0) bytes.push(0xff);
    }
    bytes.push(0, 0);
  }
  return Uint8Array.from(bytes);
}

/** The value that such bytes stand for, for messages. */
export function valueOfOrdered(
  bytes: Uint8Array,
  { type, multiValue }: { readonly type: 'string' | 'long' | 'double'; readonly multiValue: unknown },
): string | bigint | number | readonly (string | null)[] {
  const buffer = Buffer.from(bytes);
  if (multiValue !== null) return listOfOrdered(bytes);
  switch (type) {
    case 'string':
      return buffer.toString('utf8');
    case 'long':
      return BigInt.asIntN(64, buffer.readBigUInt64BE() ^ SIGN);
    case 'double': {
      const bits = buffer.readBigUInt64BE();
      buffer.writeBigUInt64BE(bits >= SIGN ? bits ^ SIGN : BigInt.asUintN(64, ~bits));
      return buffer.readDoubleBE();
    }
  }
}

function listOfOrdered(bytes: Uint8Array): (string | null)[] {
  const values: (string | null)[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at++] === 1) {
      values.push(null);
      continue;
    }
    const text: number[] = [];
    for (; bytes[at] !== 0 || bytes[at + 1] === 0xff; at++) {
      text.push(bytes[at] ?? 0);
      if (bytes[at] === 0) at += 1;
    }
    at += 2;
    values.push(Buffer.from(text).toString('utf8'));
  }
  return values;
}
