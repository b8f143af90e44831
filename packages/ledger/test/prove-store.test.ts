import type { ObjectStore } from '@hourmill/core';
import { memoryObjectStore } from '@hourmill/testkit';
import { expect, test } from 'vitest';
import { proveStore } from '../src/index.ts';

const refused = expect.objectContaining({ code: 'HM_STORE_005' });

test('a store that keeps its word is proved, and nothing is left in it', async () => {
  const first = memoryObjectStore();
  await proveStore([first, memoryObjectStore({ objects: first.objects })], { prefix: 'p/' });
  expect(first.objects.size).toBe(0);
});

test.each<readonly [string, (store: ObjectStore) => Partial<ObjectStore>]>([
  ['lets a second writer win in one race of eight', (store) => lucky(store)],
  [
    'creates again what is there',
    (store) => ({ create: (key, bytes) => store.put(key, bytes).then(() => 'created' as const) }),
  ],
  ['does not remove', () => ({ delete: async () => {} })],
  ['gives back something else', () => ({ get: async () => new Uint8Array(1) })],
])('a store that %s is refused', async (_, lie) => {
  const store = memoryObjectStore();
  const liar: ObjectStore = { ...bound(store), ...lie(store) };
  await expect(proveStore([liar, liar], { prefix: 'p/' })).rejects.toThrow(refused);
});

/** Tells two writers of the key that ends in 5 that they won. */
function lucky(store: ObjectStore): Partial<ObjectStore> {
  let won = 0;
  return {
    create: async (key, bytes) => {
      const answer = await store.create(key, bytes);
      if (!key.endsWith('5')) return answer;
      won += 1;
      return won <= 2 ? 'created' : answer;
    },
  };
}

function bound(store: ObjectStore): ObjectStore {
  return {
    uri: store.uri,
    create: store.create.bind(store),
    put: store.put.bind(store),
    get: store.get.bind(store),
    getRange: store.getRange.bind(store),
    list: store.list.bind(store),
    delete: store.delete.bind(store),
    now: store.now.bind(store),
    locate: store.locate.bind(store),
  };
}
