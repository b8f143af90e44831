import type { MergeRequest } from '@hourmill/core';
import { isHourmillError, sha256 } from '@hourmill/core';
import { type MemoryObjectStore, memoryObjectStore } from '@hourmill/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMerger } from '../src/index.ts';
import { rowsOf } from './support/arbitrary-rows.ts';
import { PROGRAM } from './support/program.ts';
import { rollUp } from './support/roll-up.ts';
import { storeRollUp } from './support/store-roll-up.ts';

const compression = { codec: 'zstd', level: 3 } as const;

async function requestOf(
  store: MemoryObjectStore,
  codec: 'zstd' | 'snappy' | 'gzip' | 'none',
  seed: number,
): Promise<MergeRequest> {
  const [[base, added] = [[], []]] = fc.sample(fc.tuple(rowsOf(PROGRAM, 60), rowsOf(PROGRAM, 60)), {
    numRuns: 1,
    seed,
  });
  const options = { compression: { codec, level: 3 }, rowGroupRows: 20 };
  return {
    base: await storeRollUp(store, 'base/', PROGRAM, rollUp(PROGRAM, base), options),
    added: await storeRollUp(store, 'added/', PROGRAM, rollUp(PROGRAM, added), options),
    store,
    prefix: 'merged/',
    signal: new AbortController().signal,
  };
}

const merger = (memoryBytes = 2 ** 40) => createMerger({ program: PROGRAM, compression, limits: { memoryBytes } });

/** Replaces bytes of a file. */
function change(store: MemoryObjectStore, path: string, edit: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const object = store.objects.get(path);
  const bytes = edit(new Uint8Array(object?.bytes ?? []));
  store.objects.set(path, { modifiedMs: object?.modifiedMs ?? 0, bytes });
  return bytes;
}

test('a file that is not the one of the manifest is refused by its sha256', async () => {
  const store = memoryObjectStore();
  const request = await requestOf(store, 'zstd', 1);
  for (const { path } of [request.base.parts[0], request.base.accumulators[0], request.added.parts[0]].flatMap(
    (file) => file ?? [],
  )) {
    const original = store.objects.get(path);
    change(store, path, (bytes) => {
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      return bytes;
    });
    await expect(merger().merge(request)).rejects.toMatchObject({ code: 'HM_LEDGER_004', context: { path } });
    if (original !== undefined) store.objects.set(path, original);
  }
  await expect(merger().merge(request)).resolves.toBeDefined();
});

test('bytes that a manifest names but no writer wrote give a coded error or rows, never anything else', async () => {
  const codec = fc.constantFrom('zstd', 'snappy', 'gzip', 'none');
  const edit = fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255), cut: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(codec, fc.nat(), fc.array(edit, { minLength: 1, maxLength: 3 }), async (codecOf, seed, edits) => {
      const store = memoryObjectStore();
      const request = await requestOf(store, codecOf, seed);
      const [part, ...others] = request.base.parts;
      if (part === undefined) return;
      const bytes = change(store, part.path, (file) => {
        let edited = file;
        for (const { place, byte, cut } of edits) {
          const at = Math.floor(place * (edited.length - 1));
          if (cut) edited = edited.subarray(0, at);
          else edited[at] = byte;
        }
        return edited;
      });
      const base = { ...request.base, parts: [{ ...part, bytes: bytes.length, sha256: sha256(bytes) }, ...others] };
      try {
        await merger().merge({ ...request, base });
      } catch (error) {
        if (!isHourmillError(error) || !/^HM_(LEDGER_004|ENGINE|LIMIT)/.test(error.code)) throw error;
      }
    }),
    { numRuns: 120 },
  );
}, 60_000);

test('parts without the exact sums of their rows are refused', async () => {
  const request = await requestOf(memoryObjectStore(), 'zstd', 1);
  const { base, added } = request;
  expect(base.parts[0]?.rows).not.toBe(added.parts[0]?.rows);
  for (const accumulators of [[], added.accumulators]) {
    const merging = merger().merge({ ...request, base: { ...base, accumulators } });
    await expect(merging).rejects.toMatchObject({ code: 'HM_LEDGER_004' });
  }
});

test('a missing file is the error of the store', async () => {
  const store = memoryObjectStore();
  const request = await requestOf(store, 'zstd', 3);
  store.objects.delete(request.base.accumulators[0]?.path ?? '');
  await expect(merger().merge(request)).rejects.toMatchObject({ code: 'HM_STORE_003' });
});

test('a merge that is called off ends with the reason and writes no more', async () => {
  const store = memoryObjectStore();
  const request = await requestOf(store, 'zstd', 4);
  const controller = new AbortController();
  const get = store.get.bind(store);
  store.get = async (key, signal) => {
    controller.abort(new Error('called off'));
    return get(key, signal);
  };
  await expect(merger().merge({ ...request, signal: controller.signal })).rejects.toThrow();
  expect([...store.objects.keys()].filter((key) => key.startsWith('merged/'))).toEqual([]);
});

test('what has no room in limits.memory is HM_LIMIT_001', async () => {
  const request = await requestOf(memoryObjectStore(), 'zstd', 5);
  await expect(merger(2 ** 20).merge(request)).rejects.toMatchObject({ code: 'HM_LIMIT_001' });
});
