import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chunkAt, type Listing } from '@hourmill/core';
import { fileSource } from '@hourmill/objects';
import { sourceConformance } from '@hourmill/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

async function write(root: string, path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), bytes);
}

const NO_WINDOW = { hoursBefore: 0, hoursAfter: 0 };
const HOUR = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');

sourceConformance('the file source', async () => {
  const root = await temporaryFolder();
  return {
    source: fileSource({ paths: [join(root, '**')], window: NO_WINDOW }),
    write: (path, bytes) => write(root, path, bytes),
    remove: (path) => rm(join(root, path)),
  };
});

describe('the file source', () => {
  let root: string;
  beforeEach(async () => {
    root = await temporaryFolder();
  });

  async function list(paths: string[], window = NO_WINDOW, chunk = HOUR): Promise<Listing> {
    return fileSource({ paths: paths.map((path) => join(root, path)), window }).list(chunk);
  }
  const namesOf = ({ splits }: Listing) => splits.map(({ id }) => fileURLToPath(id).slice(root.length + 1));

  test('takes entries in the definition’s order, and a file that two of them name at its first place', async () => {
    for (const path of ['b.json', 'a.json', 'c.json']) await write(root, path, '');
    const listing = await list(['c.json', '*.json', 'a.json']);
    expect(namesOf(listing)).toEqual(['c.json', 'a.json', 'b.json']);
    expect(listing.splits.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2]);
    expect(listing.losses).toEqual([]);
  });

  test.each([
    ['*.json', ['a.json', 'ab.json']],
    ['?.json', ['a.json']],
    ['a*', ['a.json', 'a[1].txt', 'ab.json']],
    ['a[1].txt', ['a[1].txt']],
    ['a[1]*', ['a[1].txt']],
    ['*/*.json', ['d/a.json']],
    ['**/*.json', ['a.json', 'ab.json', 'd/a.json', 'd/e/f.json']],
    ['d/**', ['d/a.json', 'd/e/f.json', 'd/n.txt']],
    ['**/e/**/f.json', ['d/e/f.json']],
    ['.*.json', ['.hidden.json']],
    ['d*', []],
  ])('%s matches files, and folders and hidden files only where it says so', async (pattern, expected) => {
    const all = ['a.json', 'ab.json', 'a[1].txt', '.hidden.json', 'd/a.json', 'd/e/f.json', 'd/n.txt', '.git/x.json'];
    for (const path of all) await write(root, path, '');
    expect(namesOf(await list([pattern]))).toEqual(expected);
  });

  test('a literal file that is missing is a loss that names it, and the others are still listed', async () => {
    await write(root, 'a.json', '');
    const listing = await list(['a.json', 'gone.json']);
    expect(namesOf(listing)).toEqual(['a.json']);
    expect(listing.losses).toMatchObject([{ source: join(root, 'gone.json') }]);
  });

  test('a pattern that matches nothing is a loss that names the pattern', async () => {
    await write(root, 'a.json', '');
    const { losses } = await list(['*.csv', 'no/such/*.json']);
    expect(losses.map(({ source }) => source)).toEqual([join(root, '*.csv'), join(root, 'no/such/*.json')]);
  });

  test('a pattern of time reads the hour and its window; only in the hour itself files are expected', async () => {
    for (const hour of ['09', '10', '11', '12']) await write(root, `2026/11/22/${hour}/a.json`, '');
    const window = { hoursBefore: 1, hoursAfter: 1 };
    const glob = await list(['{yyyy}/{MM}/{dd}/{HH}/*.json'], window);
    expect(namesOf(glob)).toEqual(['2026/11/22/09/a.json', '2026/11/22/10/a.json', '2026/11/22/11/a.json']);
    expect(glob.losses).toEqual([]);

    await rm(join(root, '2026/11/22/11'), { recursive: true });
    expect((await list(['{yyyy}/{MM}/{dd}/{HH}/*.json'], window)).losses).toEqual([]);
    expect((await list(['{yyyy}/{MM}/{dd}/{HH}/a.json'], window)).losses).toEqual([]);

    await rm(join(root, '2026/11/22/10'), { recursive: true });
    const pattern = await list(['{yyyy}/{MM}/{dd}/{HH}/*.json'], window);
    expect(pattern.losses).toMatchObject([{ source: join(root, '{yyyy}/{MM}/{dd}/{HH}/*.json') }]);
    const literal = await list(['{yyyy}/{MM}/{dd}/{HH}/a.json'], window);
    expect(literal.losses).toMatchObject([{ source: join(root, '2026/11/22/10/a.json') }]);
  });

  test('of a day each hour’s literal file is expected, of an hour’s minutes any', async () => {
    await write(root, '2026-11-22T10.json', '');
    await write(root, '10/15.json', '');
    const day = await list(['{yyyy}-{MM}-{dd}T{HH}.json'], NO_WINDOW, chunkAt(HOUR.startMs, 'day'));
    expect(day.losses).toHaveLength(23);
    expect((await list(['{HH}/{mm}.json'])).losses).toEqual([]);
  });

  test.each([
    ['{yyyy}/{MM}/{dd}/{HH}/*.json', 'hour'],
    ['{yyyy}/{MM}/{dd}/{HH}/a.json', 'hour'],
    ['{yyyy}/{MM}/{dd}/**/?.json', 'hour'],
    ['**/{HH}/**', 'hour'],
    ['**/*{HH}*.json', 'hour'],
    ['{yyyy}/{MM}/{dd}/**', 'day'],
    ['{HH}-{mm}.json', 'ten_minute'],
    ['**', 'hour'],
  ] as const)('%s: of a file its name tells which %ss read it', async (pattern, granularity) => {
    const hours = ['22/09', '22/10', '22/11', '23/10', '22/.hidden/10'].map((hour) => `2026/11/${hour}/a.json`);
    const names = [...hours, '2026/11/22/10/e/b.json', '10-05.json', '10-10.json', 'x-1011.json', '10/f.json'];
    for (const name of names) await write(root, name, '');
    const ids = names.map((name) => pathToFileURL(join(root, name)).href);
    for (const window of [NO_WINDOW, { hoursBefore: 1, hoursAfter: 0 }, { hoursBefore: 0, hoursAfter: 2 }]) {
      const source = fileSource({ paths: [join(root, pattern)], window });
      for (const hour of [9, 10, 11, 34]) {
        const chunk = chunkAt(Date.UTC(2026, 10, 22, hour), granularity);
        const { splits } = await source.list(chunk);
        expect(ids.filter(source.inputOf(chunk)).sort()).toEqual(splits.map(({ id }) => id).sort());
      }
    }
  });

  test('a folder where a file is named is HM_INPUT_001, which says so', async () => {
    await mkdir(join(root, 'folder'));
    await expect(list(['folder'])).rejects.toMatchObject({
      code: 'HM_INPUT_001',
      message: expect.stringContaining('is a folder'),
    });
  });

  test('a broken link that a pattern matches is a loss', async () => {
    await write(root, 'a.json', '');
    await symlink(join(root, 'gone'), join(root, 'b.json'));
    const listing = await list(['*.json']);
    expect(namesOf(listing)).toEqual(['a.json']);
    expect(listing.losses).toMatchObject([{ source: join(root, 'b.json') }]);
  });

  test('a file that another one of the same size and time replaced is HM_INPUT_002', async () => {
    await write(root, 'a.json', 'old bytes');
    const source = fileSource({ paths: [join(root, 'a.json')], window: NO_WINDOW });
    const { splits } = await source.list(HOUR);
    const [split] = splits;
    if (split === undefined) throw new Error('no split');
    const reading = source.read(split)[Symbol.asyncIterator]();
    await reading.next();
    await write(root, 'new', 'new bytes');
    await rename(join(root, 'new'), join(root, 'a.json'));
    await expect(reading.next()).rejects.toMatchObject({ code: 'HM_INPUT_002' });
  });

  // Permissions do not bind root.
  test.skipIf(process.getuid?.() === 0)('a folder or file that may not be read is HM_INPUT_004', async () => {
    await write(root, 'd/a.json', '');
    await chmod(join(root, 'd/a.json'), 0);
    const source = fileSource({ paths: [join(root, 'd/*')], window: NO_WINDOW });
    const { splits } = await source.list(HOUR);
    for (const split of splits) {
      await expect(Array.fromAsync(source.read(split))).rejects.toMatchObject({ code: 'HM_INPUT_004' });
    }
    await chmod(join(root, 'd'), 0);
    await expect(source.list(HOUR)).rejects.toMatchObject({ code: 'HM_INPUT_004' });
    await chmod(join(root, 'd'), 0o755);
  });
});
