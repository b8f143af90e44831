/** The two 64-bit halves of MurmurHash3_x64_128, h1 first. */
export type Hash128 = readonly [h1: bigint, h2: bigint];

const C1 = 0x87c37b91114253d5n;
const C2 = 0x4cf5ad432745937fn;

/**
 * MurmurHash3_x64_128 by Austin Appleby (public domain, SMHasher), written from its description with 64-bit arithmetic on
 * bigints. `seed` is a u32.
 */
export function murmur3x64128(bytes: Uint8Array, seed: number): Hash128 {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bodyBytes = bytes.length - (bytes.length % 16);
  let h1 = BigInt(seed);
  let h2 = BigInt(seed);
  for (let at = 0; at < bodyBytes; at += 16) {
    h1 ^= mix1(view.getBigUint64(at, true));
    h1 = u64((rotateLeft(h1, 27n) + h2) * 5n + 0x52dce729n);
    h2 ^= mix2(view.getBigUint64(at + 8, true));
    h2 = u64((rotateLeft(h2, 31n) + h1) * 5n + 0x38495ab5n);
  }
  // The tail counts as a block padded with zeros, without the scrambling after it.
  const tail = new DataView(new ArrayBuffer(16));
  bytes.subarray(bodyBytes).forEach((byte, index) => {
    tail.setUint8(index, byte);
  });
  h1 ^= mix1(tail.getBigUint64(0, true));
  h2 ^= mix2(tail.getBigUint64(8, true));
  return finish(h1 ^ BigInt(bytes.length), h2 ^ BigInt(bytes.length));
}

function finish(a: bigint, b: bigint): Hash128 {
  let h1 = u64(a + b);
  let h2 = u64(b + h1);
  h1 = avalanche(h1);
  h2 = avalanche(h2);
  h1 = u64(h1 + h2);
  h2 = u64(h2 + h1);
  return [h1, h2];
}

function mix1(k: bigint): bigint {
  return u64(rotateLeft(u64(k * C1), 31n) * C2);
}

function mix2(k: bigint): bigint {
  return u64(rotateLeft(u64(k * C2), 33n) * C1);
}

function avalanche(hash: bigint): bigint {
  let h = hash;
  h = u64((h ^ (h >> 33n)) * 0xff51afd7ed558ccdn);
  h = u64((h ^ (h >> 33n)) * 0xc4ceb9fe1a85ec53n);
  return h ^ (h >> 33n);
}

function rotateLeft(value: bigint, bits: bigint): bigint {
  return u64((value << bits) | (value >> (64n - bits)));
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
