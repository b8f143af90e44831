import type { FingerprintLayout } from '@hourmill/sidecar';
import { DUMP_BITS, type KeyDump } from './key-dumps.ts';

/** About so many keys are sorted at once: they stay near the caches, and take little memory. */
const SECTION_KEYS = 2 ** 18;

/** All keys of a run and how they are cut into sections: the i-th has the keys whose first `bits` bits are i. Plain data. */
export interface KeySections {
  readonly layout: FingerprintLayout;
  /** At least as many as tell files apart, at most as many as tell buckets apart. */
  readonly bits: number;
  readonly dumps: readonly KeyDump[];
}

/** The keys of one section as its part of the file has them. */
export interface EncodedSection {
  /** Keys by bucket. */
  readonly counts: Uint32Array;
  readonly bytes: Uint8Array;
}

export function cutSections(layout: FingerprintLayout, keys: number, dumps: readonly KeyDump[]): KeySections {
  const { fileBits, bucketBits } = layout;
  const wanted = Math.ceil(Math.log2(Math.max(1, keys / SECTION_KEYS)));
  return { layout, bits: Math.min(fileBits + bucketBits, Math.max(fileBits, wanted)), dumps };
}

/** Where the keys lie whose first `bits` bits are `prefix`: all that is there, or some of it where keys were dumped by fewer bits. */
export function rangeInDump({ starts }: KeyDump, bits: number, prefix: number): { at: number; bytes: number } {
  const [first, last] = groupsOf(bits, prefix);
  const at = starts[first] ?? 0;
  return { at, bytes: (starts[last + 1] ?? at) - at };
}

function groupsOf(bits: number, prefix: number): [first: number, last: number] {
  if (bits >= DUMP_BITS) {
    const group = Math.floor(prefix / 2 ** (bits - DUMP_BITS));
    return [group, group];
  }
  const groups = 2 ** (DUMP_BITS - bits);
  return [prefix * groups, (prefix + 1) * groups - 1];
}
