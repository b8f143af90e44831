import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The hash of files and of all files under folders, by path and content, and of `extra` texts. */
export function hashOf(paths: readonly string[], extra: readonly string[] = []): string {
  const hash = createHash('sha256');
  for (const text of extra) hash.update(`${text}\0`);
  for (const path of paths.flatMap(filesUnder)) hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

function filesUnder(path: string): string[] {
  const names = listOrNull(path);
  return names === null ? [path] : names.toSorted().flatMap((name) => filesUnder(join(path, name)));
}

function listOrNull(path: string): string[] | null {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return null;
    throw error;
  }
}

/** What a build leaves behind to say what it was made from. */
export interface Stamp {
  holds(value: string): boolean;
  write(value: string): void;
  remove(): void;
}

export function stampFile(path: string): Stamp {
  return {
    holds: (value) => {
      try {
        return readFileSync(path, 'utf8') === value;
      } catch {
        return false;
      }
    },
    write: (value) => writeFileSync(path, value),
    remove: () => rmSync(path, { force: true }),
  };
}
