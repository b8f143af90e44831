import { InvariantError, type ObjectStore, systemClock } from '@hourmill/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** A store that holds nothing yet, for one test. */
export interface StoreUnderTest {
  readonly store: ObjectStore;
  /** Opens what `store` has written once more, as another process would. */
  reopen(): ObjectStore;
  /** Ends the test: closes sockets, removes folders. */
  dispose?(): Promise<void>;
}

const utf8 = new TextEncoder();

/** Declares the tests that hold every ObjectStore to the promises of its port. `make` is called before each test. */
export function objectStoreConformance(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the promises of an object store`, () => {
    let made: StoreUnderTest;
    let store: ObjectStore;
    beforeEach(async () => {
      made = await make();
      store = made.store;
    });
    afterEach(() => made.dispose?.());

    describe('exclusive creation', () => {
      test('a new key is created, an existing one is left alone', async () => {
        expect(await store.create('a/b', utf8.encode('first'))).toBe('created');
        expect(await store.create('a/b', utf8.encode('second'))).toBe('exists');
        expect(await textOf(store, 'a/b')).toBe('first');
      });

      test('of 50 creators at once exactly one wins, and its bytes stand', async () => {
        const other = made.reopen();
        const creators = Array.from({ length: 50 }, (_, i) => i);
        const answers = await Promise.all(
          creators.map((i) => (i % 2 === 0 ? store : other).create('race/key', utf8.encode(`writer ${i}`))),
        );
        const winners = creators.filter((i) => answers[i] === 'created');
        expect(winners).toHaveLength(1);
        expect(await textOf(store, 'race/key')).toBe(`writer ${winners[0]}`);
      });

      test('a key that was put or deleted counts as what it is now', async () => {
        await store.put('k', utf8.encode('put'));
        expect(await store.create('k', utf8.encode('created'))).toBe('exists');
        await store.delete('k');
        expect(await store.create('k', utf8.encode('created'))).toBe('created');
      });
    });

    describe('whole objects', () => {
      test('what was written is there for another process', async () => {
        await store.create('created', utf8.encode('1'));
        await store.put('deep/down/put', utf8.encode('22'));
        const other = made.reopen();
        expect(await textOf(other, 'created')).toBe('1');
        expect(await textOf(other, 'deep/down/put')).toBe('22');
        expect(await keysOf(other, '')).toEqual(['created', 'deep/down/put']);
      });

      test('put replaces longer bytes by shorter ones', async () => {
        await store.put('k', utf8.encode('a long text'));
        await store.put('k', utf8.encode('short'));
        expect(await textOf(store, 'k')).toBe('short');
      });

      test('an empty object and one of 3 MiB come back as they were', async () => {
        const large = new Uint8Array(3 << 20).map((_, i) => (i * 31) % 251);
        await store.put('empty', new Uint8Array(0));
        await store.put('large', large);
        expect((await store.get('empty')).length).toBe(0);
        expect(Buffer.compare(await store.get('large'), large)).toBe(0);
      });

      test('readers see the old or the new bytes while a writer replaces them, never a mixture', async () => {
        const versionOf = (i: number) => new Uint8Array(256 << 10).fill(65 + i);
        await store.put('k', versionOf(0));
        let isWriting = true;
        const writing = (async () => {
          for (let i = 1; i <= 20; i++) await store.put('k', versionOf(i));
          isWriting = false;
        })();
        let lastSeen = 0;
        while (isWriting) {
          const seen = await store.get('k');
          expect(seen.length).toBe(256 << 10);
          expect(seen.every((byte) => byte === seen[0])).toBe(true);
          expect(seen[0]).toBeGreaterThanOrEqual(lastSeen);
          lastSeen = seen[0] ?? 0;
        }
        await writing;
      });

      test('the bytes given and received are nobody else’s', async () => {
        const given = utf8.encode('abc');
        await store.put('k', given);
        given.fill(0);
        (await store.get('k')).fill(0);
        expect(await textOf(store, 'k')).toBe('abc');
      });

      test('a range is just these bytes, fewer at the end, none behind it', async () => {
        await store.put('k', utf8.encode('0123456789'));
        const range = async (from: number, to: number) => new TextDecoder().decode(await store.getRange('k', from, to));
        expect(await range(0, 10)).toBe('0123456789');
        expect(await range(3, 5)).toBe('34');
        expect(await range(8, 20)).toBe('89');
        expect(await range(10, 20)).toBe('');
        expect(await range(4, 4)).toBe('');
        await expect(store.getRange('x', 0, 1)).rejects.toMatchObject({ code: 'HM_STORE_003' });
      });

      test('an unknown key is HM_STORE_003 to get, and no error to delete', async () => {
        await store.put('a/b', utf8.encode('1'));
        await expect(store.get('a/c')).rejects.toMatchObject({ code: 'HM_STORE_003' });
        await expect(store.get('x/y/z')).rejects.toMatchObject({ code: 'HM_STORE_003' });
        await expect(store.get('a')).rejects.toMatchObject({ code: 'HM_STORE_003' });
        await store.delete('a/c');
        await store.delete('x/y/z');
        expect(await keysOf(store, '')).toEqual(['a/b']);
      });

      test('a deleted object is gone', async () => {
        await store.put('a/b', utf8.encode('1'));
        await store.delete('a/b');
        await expect(store.get('a/b')).rejects.toMatchObject({ code: 'HM_STORE_003' });
        expect(await keysOf(store, 'a/')).toEqual([]);
      });
    });

    describe('listing', () => {
      // U+FF5E sorts before U+1F600 as UTF-8 and after it as UTF-16; `-` and `.` sort before `/`, `0` after it.
      const KEYS = [
        'o/a!',
        'o/a-b',
        'o/a.b',
        'o/a/b',
        'o/a0',
        'o/Z',
        'o/a b+c%2F&é.x',
        'o/ü',
        'o/～',
        'o/\u{1F600}',
        'p',
      ];

      test('is in UTF-8 byte order of whole keys, with odd names', async () => {
        for (const key of KEYS) await store.put(key, utf8.encode(key));
        expect(await keysOf(store, '')).toEqual(
          KEYS.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
        );
        for (const key of KEYS) expect(await textOf(store, key)).toBe(key);
      });

      test('takes a prefix as text: a folder, the beginning of a name, a whole key', async () => {
        for (const key of ['a', 'ab/c', 'ab/d/e', 'ab-c', 'b']) await store.put(key, utf8.encode(key));
        expect(await keysOf(store, 'ab/')).toEqual(['ab/c', 'ab/d/e']);
        expect(await keysOf(store, 'ab')).toEqual(['ab-c', 'ab/c', 'ab/d/e']);
        expect(await keysOf(store, 'ab/d/e')).toEqual(['ab/d/e']);
        expect(await keysOf(store, 'a')).toEqual(['a', 'ab-c', 'ab/c', 'ab/d/e']);
      });

      test('finds nothing under an unknown prefix', async () => {
        expect(await keysOf(store, 'no/such/')).toEqual([]);
        await store.put('a', utf8.encode('1'));
        expect(await keysOf(store, 'a/')).toEqual([]);
        expect(await keysOf(store, 'no/such/')).toEqual([]);
      });

      test('tells size and time of each object', async () => {
        const before = await store.now();
        await store.put('a', utf8.encode('12345'));
        const [info] = await Array.fromAsync(store.list('a'));
        expect(info).toMatchObject({ key: 'a', bytes: 5 });
        expect(info?.modifiedMs).toBeGreaterThanOrEqual(before - 2_000);
        expect(info?.modifiedMs).toBeLessThanOrEqual((await store.now()) + 2_000);
      });
    });

    test('the store’s clock is near the system’s and does not run backwards', async () => {
      const first = await store.now();
      expect(Math.abs(first - systemClock.now())).toBeLessThan(10_000);
      expect(await store.now()).toBeGreaterThanOrEqual(first);
    });

    test('asking for the time leaves nothing behind', async () => {
      await store.now();
      expect(await keysOf(store, '')).toEqual([]);
    });

    test('every object has a place of its own', async () => {
      expect(store.locate('a/b')).toEqual(made.reopen().locate('a/b'));
      expect(store.locate('a/b')).not.toEqual(store.locate('a/c'));
    });

    test.each(['', '/a', 'a/', 'a//b', '../a', 'a/../b', './a', 'a\0b'])('%j is refused as a key', async (key) => {
      await expect((async () => store.put(key, utf8.encode('1')))()).rejects.toThrow(InvariantError);
      await expect((async () => store.get(key))()).rejects.toThrow(InvariantError);
      expect(() => store.locate(key)).toThrow(InvariantError);
    });

    test('an aborted call does nothing and ends with the signal’s reason', async () => {
      const reason = new Error('stop');
      const signal = AbortSignal.abort(reason);
      await expect(store.create('k', utf8.encode('1'), signal)).rejects.toBe(reason);
      await expect(store.put('k', utf8.encode('1'), signal)).rejects.toBe(reason);
      await expect(store.get('k', signal)).rejects.toBe(reason);
      await expect(store.delete('k', signal)).rejects.toBe(reason);
      await expect(Array.fromAsync(store.list('', signal))).rejects.toBe(reason);
      await expect(store.now(signal)).rejects.toBe(reason);
      expect(await keysOf(store, '')).toEqual([]);
    });
  });
}

async function textOf(store: ObjectStore, key: string): Promise<string> {
  return new TextDecoder().decode(await store.get(key));
}

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const infos = await Array.fromAsync(store.list(prefix));
  return infos.map((info) => info.key);
}
