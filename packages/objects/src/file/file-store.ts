import type { FileHandle } from 'node:fs/promises';
import { link, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  HourmillError,
  type Leftover,
  type Millis,
  type ObjectInfo,
  type ObjectLocation,
  type ObjectStore,
} from '@hourmill/core';
import { checkKey, checkPrefix } from '../keys.ts';
import { DurableFolders, syncFolder, withTemporaryFile } from './durable-files.ts';
import { errnoOf, isMissing, toStoreError } from './errno.ts';
import { listFiles } from './list-files.ts';
import { listLeftovers } from './list-leftovers.ts';

export interface FileObjectStoreOptions {
  /** The folder that holds all keys. It is created with the first write. */
  readonly root: string;
}

/**
 * Objects as plain files: the key is the path below the root. An object appears as a whole under its name, by `link`
 * (exclusive) or `rename`, after its bytes have been synced; the folder is synced before a call returns. Needs a file
 * system with hard links. A process that is killed leaves at most files of a temporary name, which nobody lists.
 */
export function fileObjectStore(options: FileObjectStoreOptions): ObjectStore {
  return new FileObjectStore(resolve(options.root));
}

const NOTHING = new Uint8Array(0);

class FileObjectStore implements ObjectStore {
  readonly uri: string;
  readonly #root: string;
  readonly #folders: DurableFolders;

  constructor(root: string) {
    this.uri = pathToFileURL(root).href;
    this.#root = root;
    this.#folders = new DurableFolders(root);
  }

  create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<'created' | 'exists'> {
    return this.#write(key, bytes, signal, linkUnlessThere);
  }

  put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    return this.#write(key, bytes, signal, rename);
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    const path = this.#path(key);
    signal?.throwIfAborted();
    try {
      return await readFile(path);
    } catch (error) {
      throw toGetError(error, key, path);
    }
  }

  async getRange(key: string, from: number, to: number, signal?: AbortSignal): Promise<Uint8Array> {
    const path = this.#path(key);
    signal?.throwIfAborted();
    try {
      await using file = await open(path);
      return await readRange(file, from, to);
    } catch (error) {
      throw toGetError(error, key, path);
    }
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix);
    try {
      yield* listFiles(this.#root, prefix, signal);
    } catch (error) {
      throw toStoreError(error, join(this.#root, prefix));
    }
  }

  async *leftovers(prefix: string, signal?: AbortSignal): AsyncGenerator<Leftover> {
    checkPrefix(prefix);
    try {
      yield* listLeftovers(this.#root, prefix, signal);
    } catch (error) {
      throw toStoreError(error, join(this.#root, prefix));
    }
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    const path = this.#path(key);
    signal?.throwIfAborted();
    try {
      await unlink(path);
      await syncFolder(dirname(path));
    } catch (error) {
      if (!isMissing(error) && errnoOf(error) !== 'EISDIR') throw toStoreError(error, path);
    }
  }

  /** The file system's clock, which on a network file system is the server's: when it says a new file was written. */
  async now(signal?: AbortSignal): Promise<Millis> {
    signal?.throwIfAborted();
    try {
      await this.#folders.ensure(this.#root);
      return await withTemporaryFile(this.#root, NOTHING, async (_, modifiedMs) => Math.floor(modifiedMs));
    } catch (error) {
      this.#folders.forget(this.#root);
      throw toStoreError(error, this.#root);
    }
  }

  locate(key: string): ObjectLocation {
    return { type: 'local', path: this.#path(key) };
  }

  #path(key: string): string {
    checkKey(key);
    return join(this.#root, key);
  }

  async #write<T>(
    key: string,
    bytes: Uint8Array,
    signal: AbortSignal | undefined,
    publish: (temporary: string, path: string) => Promise<T>,
  ): Promise<T> {
    const path = this.#path(key);
    const folder = dirname(path);
    signal?.throwIfAborted();
    try {
      await this.#folders.ensure(folder);
      return await withTemporaryFile(folder, bytes, async (temporary) => {
        signal?.throwIfAborted();
        const result = await publish(temporary, path);
        await syncFolder(folder);
        return result;
      });
    } catch (error) {
      this.#folders.forget(folder);
      throw toStoreError(error, path);
    }
  }
}

/** One system call may give less than it was asked for. */
async function readRange(file: FileHandle, from: number, to: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(to - from);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

function toGetError(error: unknown, key: string, path: string): unknown {
  if (!isMissing(error) && errnoOf(error) !== 'EISDIR') return toStoreError(error, path);
  return new HourmillError('HM_STORE_003', `there is no ${path}`, { context: { key }, cause: error });
}

/** `link` never replaces a name and never shows a file in part, so of many callers exactly one succeeds. */
async function linkUnlessThere(temporary: string, path: string): Promise<'created' | 'exists'> {
  try {
    await link(temporary, path);
    return 'created';
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return 'exists';
    throw error;
  }
}
