import { chmod, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileObjectStore } from '@hourmill/objects';
import { objectStoreConformance } from '@hourmill/testkit';
import { describe, expect, test } from 'vitest';
import { toInputError, toStoreError } from '../src/file/errno.ts';
import { temporaryFolder } from './temporary-folder.ts';

objectStoreConformance('the file store', async () => {
  const root = join(await temporaryFolder(), 'not', 'there yet');
  return { store: fileObjectStore({ root }), reopen: () => fileObjectStore({ root }) };
});

const bytes = new TextEncoder().encode('bytes');

describe('the file store', () => {
  test('keeps an object as a plain file of the same bytes, where locate and uri say', async () => {
    const root = await temporaryFolder();
    const store = fileObjectStore({ root });
    await store.put('a b/ü.json', bytes);
    expect(store.locate('a b/ü.json')).toEqual({ type: 'local', path: join(root, 'a b/ü.json') });
    expect((await stat(join(root, 'a b/ü.json'))).size).toBe(bytes.length);
    expect(fileURLToPath(store.uri)).toBe(root);
  });

  test('leaves no other file behind, whether a key was new, taken or replaced', async () => {
    const root = await temporaryFolder();
    const store = fileObjectStore({ root });
    await store.create('k', bytes);
    await store.create('k', bytes);
    await store.put('k', bytes);
    await store.now();
    expect(await readdir(root)).toEqual(['k']);
  });

  test('does not list what a killed process has left half written', async () => {
    const root = await temporaryFolder();
    const store = fileObjectStore({ root });
    await store.put('a/k', bytes);
    await writeFile(join(root, 'a', '.hourmill-tmp-0b8f'), 'half');
    expect((await Array.fromAsync(store.list(''))).map(({ key }) => key)).toEqual(['a/k']);
    await expect(store.get('a/.hourmill-tmp-0b8f')).rejects.toThrow('no key');
  });

  test('shows what writes that were cut off have left, in the root and below a prefix, and removes it', async () => {
    const root = await temporaryFolder();
    const store = fileObjectStore({ root });
    await store.put('a/b/k', bytes);
    await store.put('c/k', bytes);
    for (const name of ['.hourmill-tmp-0', 'a/b/.hourmill-tmp-1', 'c/.hourmill-tmp-2'])
      await writeFile(join(root, name), 'half');
    const left = await Array.fromAsync(store.leftovers?.('a/') ?? []);
    expect(left.map((file) => [file.name, file.bytes])).toEqual([
      ['.hourmill-tmp-0', 4],
      ['a/b/.hourmill-tmp-1', 4],
    ]);
    for (const file of [...left, ...left]) await file.remove();
    expect(await Array.fromAsync(store.leftovers?.('a/') ?? [])).toEqual([]);
    expect(await Array.fromAsync(store.leftovers?.('c/') ?? [])).toHaveLength(1);
    expect((await Array.fromAsync(store.list(''))).map(({ key }) => key)).toEqual(['a/b/k', 'c/k']);
  });

  test('lists through symbolic links as it reads through them, and skips broken ones', async () => {
    const [root, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(elsewhere, 'k'), 'text');
    await symlink(elsewhere, join(root, 'a'));
    await symlink(join(elsewhere, 'gone'), join(root, 'broken'));
    const store = fileObjectStore({ root });
    expect((await Array.fromAsync(store.list(''))).map(({ key }) => key)).toEqual(['a/k']);
    expect((await store.get('a/k')).length).toBe(4);
  });

  test('writes again into a folder that somebody removed', async () => {
    const root = join(await temporaryFolder(), 'root');
    const store = fileObjectStore({ root });
    await store.put('a/k', bytes);
    await rm(root, { recursive: true });
    await expect(store.put('a/k', bytes)).rejects.toMatchObject({ code: 'HM_STORE_001', retryable: true });
    await store.put('a/k', bytes);
    expect(await store.get('a/k')).toHaveLength(bytes.length);
  });

  test('a root that may not be written is HM_STORE_002, and stays readable', async () => {
    const root = await readOnlyFolder();
    const store = fileObjectStore({ root });
    await expect(store.create('k', bytes)).rejects.toMatchObject({ code: 'HM_STORE_002' });
    await expect(store.put('a/k', bytes)).rejects.toMatchObject({ code: 'HM_STORE_002' });
    await expect(store.now()).rejects.toMatchObject({ code: 'HM_STORE_002' });
    expect(await Array.fromAsync(store.list('no/such/'))).toEqual([]);
  });

  test('a root that is a file is HM_STORE_002', async () => {
    const root = join(await temporaryFolder(), 'file');
    await writeFile(root, '');
    await expect(fileObjectStore({ root }).put('k', bytes)).rejects.toMatchObject({ code: 'HM_STORE_002' });
  });

  test.each([
    ['ENOSPC', 'HM_STORE_004'],
    ['EDQUOT', 'HM_STORE_004'],
    ['EACCES', 'HM_STORE_002'],
    ['EROFS', 'HM_STORE_002'],
    ['EIO', 'HM_STORE_001'],
    ['ESTALE', 'HM_STORE_001'],
  ])('%s while writing is %s', (errno, code) => {
    expect(toStoreError(systemError(errno), '/store/k')).toMatchObject({ code, context: { path: '/store/k', errno } });
  });

  test.each(['ENOTSUP', 'ENOSYS', 'EINVAL', 'EPERM'])(
    'a file system that answers link or fsync with %s is refused, and it is said why',
    (errno) => {
      const error = toStoreError(systemError(errno), '/store/k');
      expect(error).toMatchObject({ code: 'HM_STORE_002', message: expect.stringContaining('hard links and fsync') });
    },
  );

  test.each([
    ['EACCES', 'HM_INPUT_004'],
    ['ENOENT', 'HM_INPUT_002'],
    ['EIO', 'HM_INPUT_005'],
  ])('%s while reading input is %s', (errno, code) => {
    expect(toInputError(systemError(errno), '/data/a.json')).toMatchObject({ code });
  });

  test('errors that are none of the system’s pass unchanged', () => {
    const error = new Error('other');
    expect(toStoreError(error, '/k')).toBe(error);
    expect(toInputError(error, '/k')).toBe(error);
  });
});

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code, errno: -1, syscall: 'write' });
}

/** Permissions do not bind root, but nobody can create files in sysfs. */
async function readOnlyFolder(): Promise<string> {
  if (process.getuid?.() === 0) return '/sys';
  const folder = join(await temporaryFolder(), 'read-only');
  await mkdir(folder);
  await chmod(folder, 0o555);
  return folder;
}
