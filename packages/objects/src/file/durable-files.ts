import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { TEMPORARY_PREFIX } from '../keys.ts';
import type { FileSystem } from './file-system.ts';

/** Makes the names in a folder durable: created, renamed and removed ones. */
export async function syncFolder(fileSystem: FileSystem, folder: string): Promise<void> {
  const handle = await fileSystem.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a new file with durable content under a temporary name in the folder, and removes that name after `use`. */
export async function withTemporaryFile<T>(
  fileSystem: FileSystem,
  folder: string,
  bytes: Uint8Array,
  use: (path: string, modifiedMs: number) => Promise<T>,
): Promise<T> {
  const path = join(folder, `${TEMPORARY_PREFIX}${randomUUID()}`);
  try {
    return await use(path, await writeSynced(fileSystem, path, bytes));
  } finally {
    // What cannot be removed is harmless: nobody lists it.
    await fileSystem.unlink(path).catch(() => {});
  }
}

async function writeSynced(fileSystem: FileSystem, path: string, bytes: Uint8Array): Promise<number> {
  const handle = await fileSystem.open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close();
  }
}

/** Creates folders under a root so that they survive a power cut; remembers which ones are known to. */
export class DurableFolders {
  readonly #fileSystem: FileSystem;
  readonly #root: string;
  readonly #durable = new Set<string>();

  constructor(fileSystem: FileSystem, root: string) {
    this.#fileSystem = fileSystem;
    this.#root = root;
  }

  /** Every folder from the root to this one is durable on return, also those that another process has just made. */
  async ensure(folder: string): Promise<void> {
    if (this.#durable.has(folder)) return;
    const firstMade = await this.#fileSystem.mkdir(folder);
    const top = firstMade !== undefined && firstMade.length <= this.#root.length ? dirname(firstMade) : this.#root;
    const synced: Promise<void>[] = [];
    for (let current = folder; current.length > top.length; ) {
      current = dirname(current);
      synced.push(syncFolder(this.#fileSystem, current));
    }
    await Promise.all(synced);
    this.#durable.add(folder);
  }

  /** To be called when a write into the folder has failed: it may be gone. */
  forget(folder: string): void {
    this.#durable.delete(folder);
  }
}
