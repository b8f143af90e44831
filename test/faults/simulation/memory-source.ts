import {
  type Compression,
  HourmillError,
  type ObjectListing,
  type ObjectSource,
  type ObjectSplit,
  type TimeChunk,
} from '@hourmill/core';

const PIECE_BYTES = 1 << 20;

interface Stored {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** Objects of raw events in memory, as a source of all those that belong to a chunk. */
export class MemorySource implements ObjectSource {
  readonly #objects = new Map<string, Stored>();
  readonly #belongs: (path: string, chunk: TimeChunk) => boolean;
  #writes = 0;

  /** @param belongs whether an object is input of a chunk. Default: all are */
  constructor(belongs: (path: string, chunk: TimeChunk) => boolean = () => true) {
    this.#belongs = belongs;
  }

  /** Writes or replaces an object. @returns its ETag, which no other write has had */
  write(path: string, bytes: Uint8Array): string {
    this.#writes += 1;
    const etag = `e${this.#writes}`;
    this.#objects.set(path, { bytes: bytes.slice(), etag });
    return etag;
  }

  remove(path: string): void {
    this.#objects.delete(path);
  }

  async list(chunk: TimeChunk, signal?: AbortSignal): Promise<ObjectListing> {
    signal?.throwIfAborted();
    const paths = [...this.#objects.keys()].filter((path) => this.#belongs(path, chunk));
    const ordered = paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const splits = ordered.map((path, ordinal): ObjectSplit => {
      const { bytes, etag } = this.#objects.get(path) as Stored;
      return { type: 'object', ordinal, id: idOf(path), bytes: bytes.length, etag, compression: compressionOf(path) };
    });
    const loss = { source: 'memory', reason: 'there is no object', code: 'HM_INPUT_001' } as const;
    return { splits, losses: splits.length === 0 ? [loss] : [] };
  }

  inputOf(chunk: TimeChunk): (id: string) => boolean {
    return (id) => this.#belongs(pathOf(id), chunk);
  }

  async *read(split: ObjectSplit, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const { bytes } = this.#same(split, signal);
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
      this.#same(split, signal);
      yield bytes.slice(start, start + PIECE_BYTES);
    }
    this.#same(split, signal);
  }

  #same({ id, etag }: ObjectSplit, signal: AbortSignal | undefined): Stored {
    signal?.throwIfAborted();
    const stored = this.#objects.get(pathOf(id));
    if (stored?.etag === etag) return stored;
    throw new HourmillError('HM_INPUT_002', `${id} ${stored === undefined ? 'vanished' : 'changed'}`);
  }
}

function idOf(path: string): string {
  return `memory:${encodeURIComponent(path)}`;
}

function pathOf(id: string): string {
  return decodeURIComponent(id.slice('memory:'.length));
}

function compressionOf(path: string): Compression {
  if (/\.gz(ip)?$/i.test(path)) return 'gzip';
  return /\.zst(d)?$/i.test(path) ? 'zstd' : 'none';
}
