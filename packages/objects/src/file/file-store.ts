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
import { type FileSystem, nodeFileSystem, type OpenFile } from './file-system.ts';
import { listFiles } from './list-files.ts';
import { listLeftovers } from './list-leftovers.ts';

export interface FileObjectStoreOptions {
  /** The folder that holds all keys. It is created with the first write. */
  readonly root: string;
  /** Default: that of node:fs. */
  readonly fileSystem?: FileSystem;
}

/**
 * Objects as plain files: the key is the path below the root. An object appears as a whole under its name, by `link`
 * (exclusive) or `rename`, after its bytes have been synced; the folder is synced before a call returns. Needs a file
 * system with hard links. A process that is killed leaves at most files of a temporary name, which nobody lists.
 */
export function fileObjectStore(options: FileObjectStoreOptions): ObjectStore {
  return new FileObjectStore(resolve(options.root), options.fileSystem ?? nodeFileSystem);
}

const NOTHING = new Uint8Array(0);

class FileObjectStore implements ObjectStore {
  readonly uri: string;
  readonly #root: string;
  readonly #fileSystem: FileSystem;
  readonly #folders: DurableFolders;

  constructor(root: string, fileSystem: FileSystem) {
    this.uri = pathToFileURL(root).href;
    this.#root = root;
    this.#fileSystem = fileSystem;
    this.#folders = new DurableFolders(fileSystem, root);
  }

  create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<'created' | 'exists'> {
    return this.#write(key, bytes, signal, (temporary, path) => linkUnlessThere(this.#fileSystem, temporary, path));
  }

  put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    return this.#write(key, bytes, signal, (temporary, path) => this.#fileSystem.rename(temporary, path));
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    const path = this.#path(key);
    signal?.throwIfAborted();
    try {
      return await this.#fileSystem.readFile(path);
    } catch (error) {
      throw toGetError(error, key, path);
    }
  }

  async getRange(key: string, from: number, to: number, signal?: AbortSignal): Promise<Uint8Array> {
    const path = this.#path(key);
    signal?.throwIfAborted();
    try {
      const file = await this.#fileSystem.open(path, 'r');
      try {
        return await readRange(file, from, to);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw toGetError(error, key, path);
    }
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix);
    try {
      yield* listFiles(this.#fileSystem, this.#root, prefix, signal);
    } catch (error) {
      throw toStoreError(error, join(this.#root, prefix));
    }
  }

  async *leftovers(prefix: string, signal?: AbortSignal): AsyncGenerator<Leftover> {
    checkPrefix(prefix);
    try {
      yield* listLeftovers(this.#fileSystem, this.#root, prefix, signal);
    } catch (error) {
      throw toStoreError(error, join(this.#root, prefix));
    }
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    const path = this.#path(key);
    signal?.throwIfAborted();
    try {
      await this.#fileSystem.unlink(path);
      await syncFolder(this.#fileSystem, dirname(path));
    } catch (error) {
      if (!isMissing(error) && errnoOf(error) !== 'EISDIR') throw toStoreError(error, path);
    }
  }

  /** The file system's clock, which on a network file system is the server's: when it says a new file was written. */
  async now(signal?: AbortSignal): Promise<Millis> {
    signal?.throwIfAborted();
    try {
      await this.#folders.ensure(this.#root);
      return await withTemporaryFile(this.#fileSystem, this.#root, NOTHING, async (_, modifiedMs) =>
        Math.floor(modifiedMs),
      );
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
      return await withTemporaryFile(this.#fileSystem, folder, bytes, async (temporary) => {
        signal?.throwIfAborted();
        const result = await publish(temporary, path);
        await syncFolder(this.#fileSystem, folder);
        return result;
      });
    } catch (error) {
      this.#folders.forget(folder);
      throw toStoreError(error, path);
    }
  }
}

/** One system call may give less than it was asked for. */
async function readRange(file: OpenFile, from: number, to: number): Promise<Uint8Array> {
  // Zeroing large buffers costs more than the read.
  const bytes = new Uint8Array(Buffer.allocUnsafeSlow(to - from).buffer);
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
async function linkUnlessThere(fileSystem: FileSystem, temporary: string, path: string): Promise<'created' | 'exists'> {
  try {
    await fileSystem.link(temporary, path);
    return 'created';
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return 'exists';
    throw error;
  }
}
