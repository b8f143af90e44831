import { crc32 } from 'node:zlib';
import { invariant } from '@hourmill/core';
import { checkMagic, damaged } from '../damaged.ts';
import { KEY_BYTES, viewOf } from './key-bytes.ts';
import type { FingerprintLayout } from './layout.ts';

/** docs/formats/sidecars.md describes the file field by field. */
const KEYS_MAGIC = 'HMKEYS01';
export const HEADER_BYTES = 32;
const ENTRY_BYTES = 8;
/** `hm1`. */
const ALGORITHM = 1;
/** The checksum covers the header up to here, and the directory. */
const CHECKSUM_AT = 24;

/** The beginning of a file of fingerprints: all but the keys. */
export interface FingerprintDirectory {
  readonly layout: FingerprintLayout;
  readonly index: number;
  readonly keys: number;
  /** Where in the file each bucket begins, and last where the file ends. */
  readonly offsets: Float64Array;
  /** CRC-32 of each bucket. */
  readonly checksums: Uint32Array;
}

/** The bucket of a key in a file of this layout. `high` is the upper half of its h1. */
export function bucketOf({ fileBits, bucketBits }: FingerprintLayout, high: number): number {
  const bits = topBits(high, fileBits + bucketBits);
  return bits - topBits(high, fileBits) * 2 ** bucketBits;
}

/** The file of a key. `high` is the upper half of its h1. */
export function fileOf({ fileBits }: FingerprintLayout, high: number): number {
  return topBits(high, fileBits);
}

/** A shift by 32 would be none. */
function topBits(high: number, bits: number): number {
  return bits === 0 ? 0 : high >>> (32 - bits);
}

/** Of the 16 bytes of a key those that its bucket says, which are not stored: at most three. */
export function prefixBytes({ suffixBytes }: FingerprintLayout): number {
  return KEY_BYTES - suffixBytes;
}

/**
 * The bytes of the file `index` of a set of fingerprints.
 * @param keys of that file, sorted and distinct: 16 bytes each, h1 then h2, little-endian
 */
export function encodeFingerprintFile(layout: FingerprintLayout, index: number, keys: Uint8Array): Uint8Array {
  const bodyAt = fingerprintBodyAt(layout);
  const file = new Uint8Array(bodyAt + (keys.length / KEY_BYTES) * layout.suffixBytes);
  checkEnds(layout, index, keys);
  const counts = encodeBody(layout, keys, file, bodyAt);
  sealFingerprintFile(layout, index, counts, file);
  return file;
}

/** Of sorted keys the first and the last are of a file only where all are. */
function checkEnds(layout: FingerprintLayout, index: number, keys: Uint8Array): void {
  if (keys.length === 0) return;
  const view = viewOf(keys);
  const ends = [4, keys.length - KEY_BYTES + 4].map((at) => view.getUint32(at, true));
  invariant(
    ends.every((high) => fileOf(layout, high) === index),
    'keys are of the file that they are written to',
  );
}

/** Where in a file the keys begin: the last bytes of each, big-endian, in the order of keys. */
export function fingerprintBodyAt({ bucketBits }: FingerprintLayout): number {
  return HEADER_BYTES + 2 ** bucketBits * ENTRY_BYTES;
}

/**
 * Writes what comes before the keys of a file, which are in their places.
 * @param counts how many keys are in each bucket
 */
export function sealFingerprintFile(
  layout: FingerprintLayout,
  index: number,
  counts: Uint32Array,
  file: Uint8Array,
): void {
  const bodyAt = fingerprintBodyAt(layout);
  encodeDirectory(counts, layout.suffixBytes, file, bodyAt);
  encodeHeader(layout, index, (file.length - bodyAt) / layout.suffixBytes, file, bodyAt);
}

/**
 * Backwards, each key as 16 big-endian bytes that begin before its suffix does: what it overwrites there is written after it,
 * by the key before it or the directory.
 * @returns how many keys are in each bucket
 */
function encodeBody(layout: FingerprintLayout, keys: Uint8Array, file: Uint8Array, bodyAt: number): Uint32Array {
  const { fileBits, bucketBits, suffixBytes } = layout;
  const counts = new Uint32Array(2 ** bucketBits);
  const [shift, mask] = [32 - fileBits - bucketBits, counts.length - 1];
  const from = viewOf(keys);
  const to = viewOf(file);
  let at = file.length - KEY_BYTES;
  let above = 2 ** 32;
  for (let key = keys.length - KEY_BYTES; key >= 0; key -= KEY_BYTES) {
    const high = from.getUint32(key + 4, true);
    invariant(high <= above, 'keys are sorted');
    above = high;
    // Without buckets the shift is one by 32, which is none: the mask makes it right.
    const bucket = (high >>> shift) & mask;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    to.setUint32(at, high);
    to.setUint32(at + 4, from.getUint32(key, true));
    to.setUint32(at + 8, from.getUint32(key + 12, true));
    to.setUint32(at + 12, from.getUint32(key + 8, true));
    at -= suffixBytes;
  }
  invariant(at + KEY_BYTES === bodyAt, 'the keys fill the body');
  return counts;
}

function encodeDirectory(counts: Uint32Array, suffixBytes: number, file: Uint8Array, bodyAt: number): void {
  const view = viewOf(file);
  let start = bodyAt;
  counts.forEach((count, bucket) => {
    const end = start + count * suffixBytes;
    view.setUint32(HEADER_BYTES + bucket * ENTRY_BYTES, count, true);
    view.setUint32(HEADER_BYTES + bucket * ENTRY_BYTES + 4, crc32(file.subarray(start, end)), true);
    start = end;
  });
}

function encodeHeader(layout: FingerprintLayout, index: number, keys: number, file: Uint8Array, bodyAt: number): void {
  const view = viewOf(file);
  file.set(Buffer.from(KEYS_MAGIC, 'latin1'));
  file.set([layout.fileBits, layout.bucketBits, layout.suffixBytes, ALGORITHM], 8);
  view.setUint32(12, index, true);
  view.setBigUint64(16, BigInt(keys), true);
  view.setUint32(CHECKSUM_AT, checksumOf(file.subarray(0, bodyAt)), true);
}

function checksumOf(start: Uint8Array): number {
  return crc32(start.subarray(HEADER_BYTES), crc32(start.subarray(0, CHECKSUM_AT)));
}

/** How many bytes of a file come before its keys, as its first 32 bytes say. */
export function directoryEnd(header: Uint8Array, path: string): number {
  checkMagic(header, KEYS_MAGIC, path);
  if (header.length < HEADER_BYTES) throw damaged(path, 'it ends inside its header');
  const bucketBits = header[9] ?? 0;
  if (bucketBits > 24) throw damaged(path, `it claims 2^${bucketBits} buckets`);
  return HEADER_BYTES + 2 ** bucketBits * ENTRY_BYTES;
}

/**
 * @param start the file's first bytes, up to {@link directoryEnd}
 * @param bytes of the whole file
 * @throws HM_LEDGER_004 when they do not fit together
 */
export function decodeDirectory(start: Uint8Array, bytes: number, path: string): FingerprintDirectory {
  const end = directoryEnd(start, path);
  if (start.length < end) throw damaged(path, 'it ends inside its directory');
  const view = viewOf(start);
  if (checksumOf(start.subarray(0, end)) !== view.getUint32(CHECKSUM_AT, true)) {
    throw damaged(path, 'the checksum of its directory differs');
  }
  const [fileBits = 0, bucketBits = 0, suffixBytes = 0, algorithm] = start.subarray(8, 12);
  if (algorithm !== ALGORITHM) throw damaged(path, `its fingerprints are of the unknown algorithm ${algorithm}`);
  const layout = { fileBits, bucketBits, suffixBytes };
  const index = view.getUint32(12, true);
  const keys = Number(view.getBigUint64(16, true));
  if (
    suffixBytes !== KEY_BYTES - Math.floor((fileBits + bucketBits) / 8) ||
    fileBits + bucketBits > 31 ||
    index >= 2 ** fileBits
  ) {
    throw damaged(path, 'its layout contradicts itself');
  }
  const { offsets, checksums } = entriesOf(view, layout, end);
  if (offsets.at(-1) !== bytes || end + keys * suffixBytes !== bytes) {
    throw damaged(path, `it has ${bytes} bytes, its header and directory speak of others`);
  }
  return { layout, index, keys, offsets, checksums };
}

function entriesOf(
  view: DataView,
  { bucketBits, suffixBytes }: FingerprintLayout,
  end: number,
): Pick<FingerprintDirectory, 'offsets' | 'checksums'> {
  const buckets = 2 ** bucketBits;
  const offsets = new Float64Array(buckets + 1);
  const checksums = new Uint32Array(buckets);
  offsets[0] = end;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const at = HEADER_BYTES + bucket * ENTRY_BYTES;
    offsets[bucket + 1] = (offsets[bucket] ?? 0) + view.getUint32(at, true) * suffixBytes;
    checksums[bucket] = view.getUint32(at + 4, true);
  }
  return { offsets, checksums };
}
