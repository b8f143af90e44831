import { chunkAt, type ObjectSource, type ObjectSplit } from '@hourmill/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** A place of raw events that holds nothing yet, and the source that reads all of it, for one test. */
export interface SourceUnderTest {
  readonly source: ObjectSource;
  /** Writes or replaces an object of the source; `path` has `/` between folders. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  /** Ends the test: closes sockets, removes folders. */
  dispose?(): Promise<void>;
}

const CHUNK = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
const utf8 = new TextEncoder();
/** More than any source reads at once or ahead. */
const LARGE_BYTES = 24 << 20;

/** Declares the tests that hold every Source of objects to the promises of its port. `make` is called before each test. */
export function sourceConformance(name: string, make: () => Promise<SourceUnderTest>): void {
  describe(`${name} keeps the promises of a source`, () => {
    const LARGE = new Uint8Array(LARGE_BYTES).map((_, i) => (i * 31 + (i >> 12)) % 251);
    let made: SourceUnderTest;
    let source: ObjectSource;
    beforeEach(async () => {
      made = await make();
      source = made.source;
    });
    afterEach(() => made.dispose?.());

    async function onlySplit(): Promise<ObjectSplit> {
      const { splits } = await source.list(CHUNK);
      expect(splits).toHaveLength(1);
      return splits[0] as ObjectSplit;
    }

    describe('listing', () => {
      test('finds every object in UTF-8 byte order of paths, with ordinals from 0 and ids of their own', async () => {
        const paths = [
          'b.json',
          'a/b.json',
          'a-b.json',
          'a.json',
          'Z.json',
          'ü.json',
          '～.json',
          '\u{1F600}.json',
          'c d%20#.json',
        ];
        for (const path of paths) await made.write(path, utf8.encode(path));
        const { splits, losses } = await source.list(CHUNK);
        const contents = [];
        for (const split of splits) contents.push(new TextDecoder().decode(await readAll(source, split)));
        expect(contents).toEqual(paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
        expect(splits.map((split) => split.ordinal)).toEqual(paths.map((_, i) => i));
        expect(new Set(splits.map((split) => split.id)).size).toBe(paths.length);
        expect(losses).toEqual([]);
      });

      test('is the same each time while nothing changes, and another one after any change', async () => {
        await made.write('a.json', utf8.encode('12345'));
        const first = await source.list(CHUNK);
        expect(await source.list(CHUNK)).toEqual(first);
        await made.write('a.json', utf8.encode('123456'));
        expect(await source.list(CHUNK)).not.toEqual(first);
      });

      test('tells the stored size, and the compression by the ending', async () => {
        const endings = ['1.json', '2.json.gz', '3.gzip', '4.JSON.GZ', '5.zst', '6.zstd', '7.gz.txt'];
        for (const path of endings) await made.write(path, utf8.encode('12345'));
        const { splits } = await source.list(CHUNK);
        expect(splits.map((split) => split.compression)).toEqual([
          'none',
          'gzip',
          'gzip',
          'gzip',
          'zstd',
          'zstd',
          'none',
        ]);
        expect(splits.every((split) => split.bytes === 5)).toBe(true);
      });

      test('an empty object is input with no bytes', async () => {
        await made.write('a.json', new Uint8Array(0));
        expect((await readAll(source, await onlySplit())).length).toBe(0);
      });

      test('what it finds is input of the chunk by its name, and no place outside is', async () => {
        for (const path of ['a.json', 'b/c d%20#.json', 'b/ü.json']) await made.write(path, utf8.encode('1'));
        const { splits } = await source.list(CHUNK);
        const isInput = source.inputOf(CHUNK);
        expect(splits.map(({ id }) => isInput(id))).toEqual([true, true, true]);
        expect(isInput(splits[0]?.id.replace(/^(\w+:\/\/\/?)/, '$1elsewhere/') ?? '')).toBe(false);
      });

      test('nothing at all is a loss', async () => {
        const { splits, losses } = await source.list(CHUNK);
        expect(splits).toEqual([]);
        expect(losses).toHaveLength(1);
      });
    });

    describe('reading', () => {
      test('gives exactly the stored bytes, twice if asked twice, in buffers that may be kept', async () => {
        await made.write('large.json', LARGE);
        const split = await onlySplit();
        expect(Buffer.compare(await readAll(source, split), LARGE)).toBe(0);
        expect(Buffer.compare(await readAll(source, split), LARGE)).toBe(0);
      });

      test('an object that changed after the listing is HM_INPUT_002 before its first byte', async () => {
        await made.write('a.json', utf8.encode('12345'));
        const split = await onlySplit();
        await made.write('a.json', utf8.encode('123456'));
        const reading = source.read(split)[Symbol.asyncIterator]();
        await expect(reading.next()).rejects.toMatchObject({ code: 'HM_INPUT_002' });
      });

      test('an empty object that is no longer empty is HM_INPUT_002', async () => {
        await made.write('a.json', new Uint8Array(0));
        const split = await onlySplit();
        await made.write('a.json', utf8.encode('1'));
        await expect(readAll(source, split)).rejects.toMatchObject({ code: 'HM_INPUT_002' });
      });

      test.each([
        ['replaced by other bytes', LARGE.toReversed()],
        ['cut short', LARGE.subarray(0, 1 << 20)],
        ['grown', Buffer.concat([LARGE, utf8.encode('{}\n')])],
      ])('an object that is %s while it is read is HM_INPUT_002 before the end', async (_, later) => {
        await made.write('large.json', LARGE);
        const reading = source.read(await onlySplit())[Symbol.asyncIterator]();
        await reading.next();
        await made.write('large.json', later);
        await expect(drain(reading)).rejects.toMatchObject({ code: 'HM_INPUT_002' });
      });

      test('an object that vanished is HM_INPUT_002, before and while it is read', async () => {
        await made.write('large.json', LARGE);
        const split = await onlySplit();
        const reading = source.read(split)[Symbol.asyncIterator]();
        await reading.next();
        await made.remove('large.json');
        await expect(drain(reading)).rejects.toMatchObject({ code: 'HM_INPUT_002' });
        await expect(readAll(source, split)).rejects.toMatchObject({ code: 'HM_INPUT_002' });
      });

      test('a reader may stop early and read again', async () => {
        await made.write('large.json', LARGE);
        const split = await onlySplit();
        for await (const piece of source.read(split)) {
          expect(piece.length).toBeGreaterThan(0);
          break;
        }
        expect((await readAll(source, split)).length).toBe(LARGE.length);
      });
    });

    test('an aborted call ends with the signal’s reason', async () => {
      await made.write('large.json', LARGE);
      const split = await onlySplit();
      const reason = new Error('stop');
      await expect(source.list(CHUNK, AbortSignal.abort(reason))).rejects.toBe(reason);
      await expect(Array.fromAsync(source.read(split, AbortSignal.abort(reason)))).rejects.toBe(reason);
      const controller = new AbortController();
      const reading = source.read(split, controller.signal)[Symbol.asyncIterator]();
      await reading.next();
      controller.abort(reason);
      await expect(drain(reading)).rejects.toBe(reason);
    });
  });
}

/** Keeps all buffers until the end: a source that used one again would be found out. */
async function readAll(source: ObjectSource, split: ObjectSplit): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(source.read(split)));
}

async function drain(reading: AsyncIterator<Uint8Array>): Promise<void> {
  while ((await reading.next()).done !== true);
}
