import { encodeKey } from './encode-key.ts';
import type { KeyValue } from './key-value.ts';
import { murmur3x64128 } from './murmur3.ts';

/** `hm1` in ASCII. */
const HM1_SEED = 0x00686d31;

/**
 * The identity of a key, algorithm `hm1`: MurmurHash3_x64_128 with seed 0x00686d31 over {@link encodeKey}, as 32 hexadecimal
 * digits, h1 before h2, each with its highest digit first. Test vectors: `packages/testkit/vectors/hm1.json`.
 */
export function fingerprint(key: readonly KeyValue[]): string {
  const halves = murmur3x64128(encodeKey(key), HM1_SEED);
  return halves.map((half) => half.toString(16).padStart(16, '0')).join('');
}
