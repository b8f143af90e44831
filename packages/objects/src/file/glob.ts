import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, toInputError } from './errno.ts';

/** Whether a path holds wildcards, so that it may name any number of files. */
export function isGlob(path: string): boolean {
  return /[*?]/.test(path);
}

/**
 * The paths that an absolute pattern matches, in no order; what they are (file, folder, broken link) is not looked at.
 * Within a name `*` stands for any characters and `?` for one; `**` as a whole name stands for any folders, also none.
 * Wildcards do not match a leading dot, and `**` does not follow symbolic links. All else is literal, brackets too.
 *
 * Node's own `fs.glob` is not used: it leaves out folders that it may not read, and so would lose events in silence.
 * @throws HM_INPUT_004 when a folder on the way may not be read
 */
export async function expandGlob(pattern: string, signal?: AbortSignal): Promise<string[]> {
  const names = pattern.split('/').slice(1);
  if (names.at(-1) === '**') names.push('*');
  const found = new Set<string>();
  await descend('/', names, found, signal);
  return [...found];
}

/** Whether {@link expandGlob} would find this path, were it there; by its name alone, so that `**` is not told from a link. */
export function globMatcher(pattern: string): (path: string) => boolean {
  const names = pattern.split('/').slice(1);
  if (names.at(-1) === '**') names.push('*');
  const folders = names.slice(0, -1).map((name) => (name === '**' ? '(?:(?!\\.)[^/]+/)*' : `${nameSource(name)}/`));
  const matcher = new RegExp(`^/${folders.join('')}${nameSource(names.at(-1) ?? '')}$`, 'su');
  return (path) => matcher.test(path);
}

async function descend(folder: string, names: string[], found: Set<string>, signal?: AbortSignal): Promise<void> {
  const [name, ...rest] = names;
  if (name === undefined) {
    found.add(folder);
  } else if (name === '**') {
    await descend(folder, rest, found, signal);
    for (const entry of await readFolder(folder, signal)) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) {
        await descend(join(folder, entry.name), names, found, signal);
      }
    }
  } else if (isGlob(name)) {
    const matcher = toMatcher(name);
    for (const entry of await readFolder(folder, signal)) {
      if (matcher.test(entry.name)) await descend(join(folder, entry.name), rest, found, signal);
    }
  } else {
    await descend(join(folder, name), rest, found, signal);
  }
}

function toMatcher(name: string): RegExp {
  return new RegExp(`^${nameSource(name)}$`, 'su');
}

/** The regular expression of one name of a pattern. */
function nameSource(name: string): string {
  const body = name
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  return isGlob(name) && !name.startsWith('.') ? `(?!\\.)${body}` : body;
}

async function readFolder(folder: string, signal?: AbortSignal): Promise<Dirent[]> {
  signal?.throwIfAborted();
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw toInputError(error, folder);
  }
}
