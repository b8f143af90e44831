import type { KnownKeys, ObjectStore, SidecarFile } from '@hourmill/core';
import { bucketOf, type FingerprintDirectory, fileOf } from './fingerprint-file.ts';
import { KEY_BYTES, keysBetween, viewOf } from './key-bytes.ts';
import { KeyFile, type ReadBucket } from './key-file.ts';

/** Stored fingerprints, of one generation or of several, of one hour or of several. */
export interface KeySet extends KnownKeys {
  /**
   * Which of these are in the set. Reads only the buckets in which they could be.
   * @param keys sorted and distinct: 16 bytes each, h1 then h2, little-endian
   * @returns a subset, sorted
   * @throws HM_LEDGER_004 when a file is damaged, HM_LEDGER_005 for a newer format, HM_STORE_*
   */
  intersect(keys: Uint8Array, signal?: AbortSignal): Promise<Uint8Array>;
}

/** So many files are read at once. */
const FILES_AT_ONCE = 8;

/** Opens files of fingerprints; nothing is read before it is asked for. A key may be in several of them. */
export function openKeySet(store: ObjectStore, files: readonly SidecarFile[]): KeySet {
  return new StoredKeys(store, files);
}

class StoredKeys implements KeySet {
  readonly keys: number;
  readonly #files: readonly KeyFile[];

  constructor(store: ObjectStore, files: readonly SidecarFile[]) {
    this.keys = files.reduce((sum, { rows }) => sum + rows, 0);
    this.#files = files.filter(({ rows }) => rows > 0).map((file) => new KeyFile(store, file));
  }

  async *read(from: bigint, to: bigint, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for (const file of this.#files) {
      const directory = await file.directory(signal);
      for await (const buckets of file.buckets(bucketsBetween(directory, from, to), signal)) {
        const all = decoded(buckets);
        const keys = areBetween(directory, buckets, from, to) ? all : keysBetween(all, from, to);
        if (keys.length > 0) yield keys;
      }
    }
  }

  async intersect(keys: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    const isKnown = new Uint8Array(keys.length / KEY_BYTES);
    const files = this.#files.values();
    const work = async (): Promise<void> => {
      for (const file of files) await markKnown(file, keys, isKnown, signal);
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, work));
    const known = Array.from(isKnown.keys()).filter((index) => isKnown[index] === 1);
    return Buffer.concat(known.map((index) => keys.subarray(index * KEY_BYTES, (index + 1) * KEY_BYTES)));
  }
}

/** Marks the keys that are in one file. */
async function markKnown(
  file: KeyFile,
  keys: Uint8Array,
  isKnown: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (keys.length === 0) return;
  const view = viewOf(keys);
  const wanted = keysByBucket(await file.directory(signal), view);
  for await (const buckets of file.buckets(wanted.keys(), signal)) {
    for (const { number, bucket } of buckets) {
      for (const index of wanted.get(number) ?? []) {
        if (bucket.has(view, index * KEY_BYTES)) isKnown[index] = 1;
      }
    }
  }
}

/** Of sorted keys those that could be in a file: their numbers by bucket, ascending. */
function keysByBucket({ layout, index }: FingerprintDirectory, keys: DataView): Map<number, number[]> {
  const wanted = new Map<number, number[]>();
  for (let at = 0; at < keys.byteLength; at += KEY_BYTES) {
    const high = keys.getUint32(at + 4, true);
    if (fileOf(layout, high) !== index) continue;
    const bucket = bucketOf(layout, high);
    const numbers = wanted.get(bucket);
    if (numbers === undefined) wanted.set(bucket, [at / KEY_BYTES]);
    else numbers.push(at / KEY_BYTES);
  }
  return wanted;
}

/** The numbers of the buckets of a file that could hold a key with `from <= h1 < to`. */
function* bucketsBetween({ layout, index }: FingerprintDirectory, from: bigint, to: bigint): Generator<number> {
  const { fileBits, bucketBits } = layout;
  if (from >= to) return;
  const shift = BigInt(64 - fileBits - bucketBits);
  const first = index * 2 ** bucketBits;
  const last = first + 2 ** bucketBits - 1;
  const end = Math.min(last, Number((to - 1n) >> shift));
  for (let bucket = Math.max(first, Number(from >> shift)); bucket <= end; bucket++) yield bucket - first;
}

/** Whether whatever is in these neighbouring buckets lies in the range: so for all but the first and the last one of it. */
function areBetween(
  { layout: { fileBits, bucketBits }, index }: FingerprintDirectory,
  buckets: readonly ReadBucket[],
  from: bigint,
  to: bigint,
): boolean {
  const start = (number: number): bigint =>
    BigInt(index * 2 ** bucketBits + number) << BigInt(64 - fileBits - bucketBits);
  const [first, last] = [buckets[0]?.number ?? 0, buckets.at(-1)?.number ?? 0];
  return start(first) >= from && start(last + 1) <= to;
}

function decoded(buckets: readonly ReadBucket[]): Uint8Array {
  const keys = new Uint8Array(buckets.reduce((sum, { bucket }) => sum + bucket.keys, 0) * KEY_BYTES);
  const view = viewOf(keys);
  let at = 0;
  for (const { bucket } of buckets) {
    bucket.decode(view, at);
    at += bucket.keys * KEY_BYTES;
  }
  return keys;
}
