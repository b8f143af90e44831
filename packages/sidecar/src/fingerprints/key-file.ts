import { crc32 } from 'node:zlib';
import type { ObjectStore, SidecarFile } from '@hourmill/core';
import { damaged } from '../damaged.ts';
import { Bucket } from './bucket.ts';
import { decodeDirectory, directoryEnd, type FingerprintDirectory, HEADER_BYTES } from './fingerprint-file.ts';
import { fingerprintLayout } from './layout.ts';

/** A bucket of a file and its keys. */
export interface ReadBucket {
  readonly number: number;
  readonly bucket: Bucket;
}

/** A request takes about as long as so many bytes: buckets that are nearer to one another are read by one. */
const GAP_BYTES = 64 * 1024;
/** More than this is read by several requests, unless one bucket is larger. */
const MOST_READ_BYTES = 4 * 1024 * 1024;

/** One stored file of fingerprints, read by ranges. Any number of callers may read it at once. */
export class KeyFile {
  readonly #store: ObjectStore;
  readonly #file: SidecarFile;
  #directory: Promise<FingerprintDirectory> | undefined;

  constructor(store: ObjectStore, file: SidecarFile) {
    this.#store = store;
    this.#file = file;
  }

  /** Read once, unless that fails. */
  directory(signal: AbortSignal | undefined): Promise<FingerprintDirectory> {
    this.#directory ??= this.#readDirectory(signal).catch((error: unknown) => {
      this.#directory = undefined;
      throw error;
    });
    return this.#directory;
  }

  /**
   * The buckets of these numbers that have keys, each checked.
   * @param numbers ascending
   */
  async *buckets(numbers: Iterable<number>, signal: AbortSignal | undefined): AsyncGenerator<readonly ReadBucket[]> {
    const directory = await this.directory(signal);
    for (const read of plannedReads(directory, numbers)) {
      const { from, to } = read;
      const bytes = await this.#store.getRange(this.#file.path, from, to, signal);
      if (bytes.length !== to - from) throw damaged(this.#file.path, `it ends before byte ${to}`);
      yield read.buckets.map((number) => this.#bucket(directory, number, bytes, from));
    }
  }

  async #readDirectory(signal: AbortSignal | undefined): Promise<FingerprintDirectory> {
    const { path, bytes, rows } = this.#file;
    // What the header will most likely say: so that one request does.
    const expected = HEADER_BYTES + 2 ** fingerprintLayout(rows).bucketBits * 8;
    let start = await this.#store.getRange(path, 0, Math.min(bytes, expected), signal);
    const end = directoryEnd(start, path);
    if (end > bytes) throw damaged(path, 'it is shorter than its directory');
    if (start.length < end) {
      start = Buffer.concat([start, await this.#store.getRange(path, start.length, end, signal)]);
    }
    const directory = decodeDirectory(start, bytes, path);
    if (directory.keys !== rows) throw damaged(path, `it has ${directory.keys} keys, and not ${rows}`);
    return directory;
  }

  #bucket(directory: FingerprintDirectory, number: number, bytes: Uint8Array, from: number): ReadBucket {
    const { offsets, checksums } = directory;
    const own = bytes.subarray((offsets[number] ?? 0) - from, (offsets[number + 1] ?? 0) - from);
    if (crc32(own) !== checksums[number]) {
      throw damaged(this.#file.path, `the checksum of its bucket ${number} differs`);
    }
    return { number, bucket: new Bucket(directory, number, own) };
  }
}

interface PlannedRead {
  readonly from: number;
  to: number;
  readonly buckets: number[];
}

/** Which bytes to ask for: all that these buckets take, and small gaps between them. */
function* plannedReads({ offsets }: FingerprintDirectory, numbers: Iterable<number>): Generator<PlannedRead> {
  let read: PlannedRead | undefined;
  for (const number of numbers) {
    const from = offsets[number] ?? 0;
    const to = offsets[number + 1] ?? 0;
    if (from === to) continue;
    if (read !== undefined && from - read.to <= GAP_BYTES && to - read.from <= MOST_READ_BYTES) {
      read.to = to;
      read.buckets.push(number);
    } else {
      if (read !== undefined) yield read;
      read = { from, to, buckets: [number] };
    }
  }
  if (read !== undefined) yield read;
}
