import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A change that is not durable yet: what takes it back, and the folder whose sync makes it durable. */
interface Change {
  readonly folder: string;
  readonly undo: () => void;
}

/**
 * What of a folder would outlive a power cut: the content of a file once the file was synced, a name in a folder once the
 * folder was. The strictest reading of POSIX: all else is lost. Real file systems keep more, never less.
 */
export class DurableState {
  /** Where replaced and removed files are kept, on the same file system. */
  readonly #attic: string;
  /** Oldest first. */
  #changes: Change[] = [];
  /** Files whose content is not durable, by each of their names. */
  readonly #unsynced = new Set<string>();

  constructor(attic: string) {
    this.#attic = attic;
  }

  /** A new file. */
  made(path: string): void {
    this.#unsynced.add(path);
    this.#remember(path, () => rmSync(path, { force: true }));
  }

  /** Each folder from the first one made to the last. */
  madeFolders(firstMade: string | undefined, last: string): void {
    if (firstMade === undefined) return;
    for (let folder = last; folder.length >= firstMade.length; folder = dirname(folder)) {
      const made = folder;
      this.#remember(made, () => rmSync(made, { recursive: true, force: true }));
    }
  }

  linked(path: string, newPath: string): void {
    if (this.#unsynced.has(path)) this.#unsynced.add(newPath);
    this.#remember(newPath, () => rmSync(newPath, { force: true }));
  }

  beforeRename(path: string, newPath: string): void {
    const replaced = this.#keep(newPath);
    if (this.#unsynced.delete(path)) this.#unsynced.add(newPath);
    this.#remember(newPath, () => {
      if (existsSync(newPath)) renameSync(newPath, path);
      if (replaced !== undefined) renameSync(replaced, newPath);
    });
  }

  beforeUnlink(path: string): void {
    const kept = this.#keep(path);
    if (kept === undefined) return;
    this.#remember(path, () => {
      if (existsSync(dirname(path)) && !existsSync(path)) linkSync(kept, path);
    });
  }

  /** A folder's names, or a file's content. */
  synced(path: string): void {
    this.#unsynced.delete(path);
    this.#changes = this.#changes.filter(({ folder }) => folder !== path);
  }

  /** The machine comes back with what was durable. */
  cutPower(): void {
    for (const path of this.#unsynced) if (existsSync(path)) truncateSync(path, 0);
    for (const { undo } of this.#changes.reverse()) undo();
    this.#changes = [];
    this.#unsynced.clear();
  }

  #remember(path: string, undo: () => void): void {
    this.#changes.push({ folder: dirname(path), undo });
  }

  #keep(path: string): string | undefined {
    if (!existsSync(path)) return undefined;
    mkdirSync(this.#attic, { recursive: true });
    const kept = join(this.#attic, randomUUID());
    linkSync(path, kept);
    return kept;
  }
}
