const PRIMES = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1] as const;

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** xxHash, 32 bits, seed 0, as its specification says it. */
export function xxh32Twin(bytes: Uint8Array): number {
  const text = Buffer.from(bytes);
  const [p1, p2, p3, p4, p5] = PRIMES;
  let at = 0;
  let hash = p5 | 0;
  if (text.length >= 16) {
    const lanes = [p1 + p2, p2, 0, -p1].map((lane) => lane | 0);
    for (; at + 16 <= text.length; at += 16) {
      for (const [index, lane] of lanes.entries()) {
        const word = text.readInt32LE(at + 4 * index);
        lanes[index] = Math.imul(rotate((lane + Math.imul(word, p2)) | 0, 13), p1);
      }
    }
    hash = [1, 7, 12, 18].reduce((sum, bits, index) => (sum + rotate(lanes[index] ?? 0, bits)) | 0, 0);
  }
  hash = (hash + text.length) | 0;
  for (; at + 4 <= text.length; at += 4) {
    hash = Math.imul(rotate((hash + Math.imul(text.readInt32LE(at), p3)) | 0, 17), p4);
  }
  for (; at < text.length; at++) hash = Math.imul(rotate((hash + Math.imul(text[at] ?? 0, p5)) | 0, 11), p1);
  hash = Math.imul(hash ^ (hash >>> 15), p2);
  hash = Math.imul(hash ^ (hash >>> 13), p3);
  return (hash ^ (hash >>> 16)) >>> 0;
}
