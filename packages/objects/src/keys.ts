import { invariant } from '@hourmill/core';

/** How the name of a file begins whose write has not ended. Listings ignore such files; a crash leaves them as garbage. */
export const TEMPORARY_PREFIX = '.hourmill-tmp-';

function isName(segment: string): boolean {
  const isFolderLink = segment === '' || segment === '.' || segment === '..';
  return !isFolderLink && !segment.includes('\0') && !segment.startsWith(TEMPORARY_PREFIX);
}

/** A key is one or more names with `/` between them: it cannot leave the store's root. Keys are ours, so a bad one is a bug. */
export function checkKey(key: string): void {
  invariant(key.split('/').every(isName), `"${key}" is no key of an object`);
}

/** A prefix is empty, or folders each followed by `/` and then the beginning of a name, which may be empty. */
export function checkPrefix(prefix: string): void {
  const folders = prefix.split('/').slice(0, -1);
  invariant(folders.every(isName) && !prefix.includes('\0'), `"${prefix}" is no prefix of a key`);
}
