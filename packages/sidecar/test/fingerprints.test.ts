import type { SidecarFile } from '@hourmill/core';
import {
  encodeFingerprintFile,
  fingerprintFiles,
  fingerprintLayout,
  fingerprintsOf,
  type KeySet,
  keysOf,
  memoryKeys,
  openKeySet,
  uniteKeys,
} from '@hourmill/sidecar';
import { type MemoryObjectStore, memoryObjectStore } from '@hourmill/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const END = 2n ** 64n;

interface Stored {
  readonly store: MemoryObjectStore;
  readonly files: readonly SidecarFile[];
}

async function stored(keys: Uint8Array): Promise<Stored> {
  const store = memoryObjectStore();
  const files: SidecarFile[] = [];
  for (const { file, bytes } of fingerprintFiles('p/', keys)) {
    await store.put(file.path, bytes);
    files.push(file);
  }
  return { store, files };
}

/** As {@link stored}, by a layout that so few keys do not have. */
async function storedAs(keys: Uint8Array, fileBits: number, bucketBits: number): Promise<Stored> {
  const layout = { fileBits, bucketBits, suffixBytes: 16 - Math.floor((fileBits + bucketBits) / 8) };
  const store = memoryObjectStore();
  const files: SidecarFile[] = [];
  const all = fingerprintsOf(keys);
  for (let index = 0; index < 2 ** fileBits; index++) {
    const isOwn = (fingerprint: string): boolean =>
      Math.floor(Number.parseInt(fingerprint.slice(0, 8), 16) / 2 ** (32 - fileBits)) === index;
    const own = keysOf(all.filter(isOwn));
    const bytes = encodeFingerprintFile(layout, index, own);
    const file: SidecarFile = {
      kind: 'fingerprints',
      path: `p/fingerprints-${index}`,
      bytes: bytes.length,
      sha256: '',
      algorithm: 'hm1',
      rows: own.length / 16,
    };
    await store.put(file.path, bytes);
    files.push(file);
  }
  return { store, files };
}

async function readAll(set: Pick<KeySet, 'read'>, from = 0n, to = END): Promise<string[]> {
  const found: string[] = [];
  for await (const piece of set.read(from, to)) found.push(...fingerprintsOf(piece));
  return found;
}

/** Near to one another as well, so that they share buckets and first bytes. */
const fingerprint = fc
  .tuple(fc.constantFrom('0000', '0001', '7fff', '8000', 'ffff', ''), fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }))
  .map(([start, bits]) => start + bits.toString(16).padStart(32, '0').slice(start.length));
const layoutBits = fc.record({ fileBits: fc.nat({ max: 5 }), bucketBits: fc.nat({ max: 12 }) });

/** Keys that are spread evenly, as fingerprints are. */
function evenKeys(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const high = BigInt.asUintN(64, BigInt(index) * 0x9e3779b97f4a7c15n);
    return high.toString(16).padStart(16, '0') + index.toString(16).padStart(16, '0');
  });
}

describe('files of fingerprints', () => {
  test('give back the keys that were written, in order, of any range, by any layout', async () => {
    const h1 = fc.oneof(fc.bigInt({ min: 0n, max: END }), fc.constantFrom(0n, 1n << 48n, 1n << 63n, END));
    await fc.assert(
      fc.asyncProperty(fc.array(fingerprint), layoutBits, h1, h1, async (fingerprints, bits, a, b) => {
        const keys = keysOf(fingerprints);
        const { store, files } = await storedAs(keys, bits.fileBits, bits.bucketBits);
        const set = openKeySet(store, files);
        const all = [...new Set(fingerprints)].sort();
        expect(await readAll(set)).toEqual(all);
        const [from, to] = a < b ? [a, b] : [b, a];
        const isBetween = (text: string): boolean => {
          const value = BigInt(`0x${text.slice(0, 16)}`);
          return value >= from && value < to;
        };
        expect(await readAll(set, from, to)).toEqual(all.filter(isBetween));
        expect(set.keys).toBe(all.length);
      }),
      { numRuns: 100 },
    );
  });

  test('know which of given keys they hold, of several files and generations', async () => {
    const some = fc.array(fingerprint, { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(some, some, some, layoutBits, async (first, second, asked, { fileBits, bucketBits }) => {
        const base = await storedAs(keysOf(first), fileBits, bucketBits);
        const delta = await stored(keysOf(second));
        for (const { path } of delta.files) await base.store.put(path, await delta.store.get(path));
        const set = openKeySet(base.store, [...base.files, ...delta.files]);
        const questions = [...asked, ...first.slice(0, 20), ...second.slice(10)];
        const held = new Set([...first, ...second]);
        const expected = [...new Set(questions)].filter((text) => held.has(text)).sort();
        expect(fingerprintsOf(await set.intersect(keysOf(questions)))).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test('are none for no key, and take 14 to 16 bytes a key and 8 for some 100 keys', async () => {
    expect((await stored(keysOf([]))).files).toEqual([]);
    for (const count of [1, 200, 5000, 40_000]) {
      const { files } = await stored(keysOf(evenKeys(count)));
      const { suffixBytes, bucketBits } = fingerprintLayout(count);
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      expect(bytes).toBe(32 + 8 * 2 ** bucketBits + count * suffixBytes);
      expect(2 ** bucketBits).toBeLessThan(count / 64 + 2);
    }
  });

  test('have this layout by the number of keys', () => {
    const layouts = [0, 1, 128, 129, 32_768, 4_194_304, 4_194_305, 20_000_000, 1e9].map(fingerprintLayout);
    expect(layouts.map(({ fileBits, bucketBits, suffixBytes }) => [fileBits, bucketBits, suffixBytes])).toEqual([
      [0, 0, 16],
      [0, 0, 16],
      [0, 0, 16],
      [0, 1, 16],
      [0, 8, 15],
      [0, 15, 15],
      [1, 15, 14],
      [3, 15, 14],
      [8, 15, 14],
    ]);
  });

  test('are these bytes, which a reader of another make can rely on', () => {
    const keys = keysOf(['80000000000000010000000000000002', 'c0000000000000030000000000000004']);
    const bytes = encodeFingerprintFile({ fileBits: 1, bucketBits: 8, suffixBytes: 15 }, 1, keys);
    const hex = (from: number, to?: number): string => Buffer.from(bytes.subarray(from, to)).toString('hex');
    expect(hex(0, 24)).toBe(`${Buffer.from('HMKEYS01').toString('hex')}01080f01010000000200000000000000`);
    expect(hex(28, 32)).toBe('00000000');
    expect(hex(32, 36)).toBe('01000000');
    expect(hex(32 + 128 * 8, 36 + 128 * 8)).toBe('01000000');
    expect(hex(32 + 256 * 8)).toBe('000000000000010000000000000002000000000000030000000000000004');
  });
});

describe('a set of stored keys', () => {
  async function rangesRead(count: number, asked: readonly string[]): Promise<{ reads: number; bytes: number }> {
    const { store, files } = await stored(keysOf(evenKeys(count)));
    const before = store.calls.length;
    let bytes = 0;
    const getRange = store.getRange.bind(store);
    store.getRange = async (...range) => {
      const piece = await getRange(...range);
      bytes += piece.length;
      return piece;
    };
    await openKeySet(store, files).intersect(keysOf(asked));
    const calls = store.calls.slice(before);
    expect(calls.every(({ operation }) => operation === 'getRange')).toBe(true);
    return { reads: calls.length, bytes };
  }

  test('is asked for keys by its directory and one bucket a key', async () => {
    const count = 60_000;
    const { bucketBits } = fingerprintLayout(count);
    const directoryBytes = 32 + 8 * 2 ** bucketBits;
    const one = await rangesRead(count, evenKeys(1));
    expect(one.reads).toBe(2);
    expect(one.bytes - directoryBytes).toBeLessThan(256 * 16);
    const twoFarApart = await rangesRead(count, ['0'.repeat(32), 'f'.repeat(32)]);
    expect(twoFarApart.reads).toBe(3);
    expect(twoFarApart.bytes - directoryBytes).toBeLessThan(2 * 256 * 16);
  });

  test('reads neighbouring buckets at once, and all of them in few requests', async () => {
    const count = 60_000;
    const near = await rangesRead(count, ['8000'.padEnd(32, '0'), '8010'.padEnd(32, '0')]);
    expect(near.reads).toBe(2);
    const all = await rangesRead(count, evenKeys(6000));
    expect(all.reads).toBe(2);
  });

  test('reads nothing for no key, and no directory twice', async () => {
    expect(await rangesRead(1000, [])).toEqual({ reads: 0, bytes: 0 });
    const { store, files } = await stored(keysOf(evenKeys(1000)));
    const set = openKeySet(store, files);
    await Promise.all([readAll(set, 0n, END / 2n), readAll(set, END / 2n), set.intersect(keysOf(evenKeys(1)))]);
    expect(store.calls.filter(({ operation }) => operation === 'getRange')).toHaveLength(4);
  });

  test('tries again after a request that failed', async () => {
    const { store, files } = await stored(keysOf(evenKeys(10)));
    const failing = memoryObjectStore({
      objects: store.objects,
      failpoints: [{ name: 'once', operation: 'getRange', nth: 1, when: 'before' }],
    });
    const set = openKeySet(failing, files);
    await expect(readAll(set)).rejects.toMatchObject({ code: 'HM_STORE_001' });
    expect(await readAll(set)).toHaveLength(10);
  });

  test('stops when it is called off', async () => {
    const { store, files } = await stored(keysOf(evenKeys(10)));
    const signal = AbortSignal.abort(new Error('called off'));
    await expect(openKeySet(store, files).intersect(keysOf(evenKeys(1)), signal)).rejects.toThrow('called off');
  });
});

describe('a damaged file of fingerprints', () => {
  const keys = evenKeys(150);

  test('is refused wherever a byte of it changed, and never gives other keys', async () => {
    const { store, files } = await stored(keysOf(keys));
    const [file] = files as [SidecarFile];
    const whole = await store.get(file.path);
    for (let at = 0; at < whole.length; at++) {
      if (at >= 28 && at < 32) continue;
      const broken = whole.slice();
      broken[at] = (broken[at] ?? 0) ^ (1 << (at % 8));
      await store.put(file.path, broken);
      await expect(readAll(openKeySet(store, files)), `byte ${at}`).rejects.toMatchObject({
        code: expect.stringMatching(/HM_LEDGER_00[45]/) as string,
      });
    }
  });

  test('is refused when it is cut, has grown, or is not the one that was named', async () => {
    const { store, files } = await stored(keysOf(keys));
    const [file] = files as [SidecarFile];
    const whole = await store.get(file.path);
    for (const length of [0, 1, 8, 31, 32, 40, 63, 64, 200, whole.length - 1]) {
      await store.put(file.path, whole.subarray(0, length));
      const failure = { code: 'HM_LEDGER_004', message: expect.stringContaining(file.path) as string };
      await expect(readAll(openKeySet(store, files)), `${length} bytes`).rejects.toMatchObject(failure);
      const asCut = [{ ...file, bytes: length }];
      await expect(readAll(openKeySet(store, asCut)), `${length} bytes`).rejects.toMatchObject(failure);
    }
    await store.put(file.path, whole);
    const others = [
      { ...file, rows: 149 },
      { ...file, bytes: whole.length + 15 },
    ];
    for (const other of others) {
      await expect(readAll(openKeySet(store, [other]))).rejects.toMatchObject({ code: 'HM_LEDGER_004' });
    }
  });

  test('of a newer format asks for a newer reader', async () => {
    const { store, files } = await stored(keysOf(keys));
    const [file] = files as [SidecarFile];
    const newer = await store.get(file.path);
    newer.set(Buffer.from('HMKEYS02'));
    await store.put(file.path, newer);
    await expect(readAll(openKeySet(store, files))).rejects.toMatchObject({ code: 'HM_LEDGER_005' });
  });
});

test('keys in memory and sets together are read by ranges as stored ones are', async () => {
  const keys = evenKeys(100);
  const { store, files } = await stored(keysOf(keys.slice(0, 60)));
  const set = uniteKeys([openKeySet(store, files), memoryKeys(keysOf(keys.slice(50)))]);
  expect(set.keys).toBe(110);
  const half = END / 2n;
  const found = [...(await readAll(set, 0n, half)), ...(await readAll(set, half))];
  expect([...new Set(found)].sort()).toEqual(keys.toSorted());
  expect(found).toHaveLength(110);
});
