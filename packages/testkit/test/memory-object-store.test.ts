import { memoryObjectStore, objectStoreConformance } from '@hourmill/testkit';
import { describe, expect, test } from 'vitest';

objectStoreConformance('the memory store', async () => {
  const store = memoryObjectStore();
  return { store, reopen: () => memoryObjectStore({ objects: store.objects }) };
});

const bytes = new TextEncoder().encode('bytes');

describe('a failpoint', () => {
  test('before: the call changed nothing', async () => {
    const store = memoryObjectStore({ failpoints: [{ name: 'x', when: 'before' }] });
    await expect(store.create('k', bytes)).rejects.toMatchObject({ code: 'HM_STORE_001', message: 'failpoint x' });
    expect(await store.create('k', bytes)).toBe('created');
  });

  test('after: the call took effect and its answer was lost', async () => {
    const store = memoryObjectStore({ failpoints: [{ name: 'x', when: 'after' }] });
    await expect(store.create('k', bytes)).rejects.toMatchObject({ code: 'HM_STORE_001' });
    expect(await store.create('k', bytes)).toBe('exists');
  });

  test('is met at the n-th call of its operation and keys alone', async () => {
    const store = memoryObjectStore({
      failpoints: [{ name: 'x', operation: 'put', key: /^a\//, nth: 2, when: 'before' }],
    });
    await store.create('a/0', bytes);
    await store.put('b/1', bytes);
    await store.put('a/1', bytes);
    await store.get('a/1');
    await expect(store.put('a/2', bytes)).rejects.toMatchObject({ code: 'HM_STORE_001' });
    await store.put('a/2', bytes);
  });

  test('that kills ends the store for good; what it wrote is there for the next one', async () => {
    const store = memoryObjectStore({ failpoints: [{ name: 'x', nth: 2, when: 'after', kills: true }] });
    await store.put('a', bytes);
    await expect(store.put('b', bytes)).rejects.toMatchObject({ code: 'HM_STORE_001' });
    await expect(store.put('c', bytes)).rejects.toMatchObject({ code: 'HM_STORE_001' });
    await expect(Array.fromAsync(store.list(''))).rejects.toMatchObject({ code: 'HM_STORE_001' });
    const next = memoryObjectStore({ objects: store.objects });
    expect((await Array.fromAsync(next.list(''))).map(({ key }) => key)).toEqual(['a', 'b']);
  });

  test('calls are counted, so that a test can fail each of them in turn', async () => {
    const store = memoryObjectStore();
    await store.put('a', bytes);
    await Array.fromAsync(store.list('a'));
    await store.now();
    expect(store.calls).toEqual([
      { operation: 'put', key: 'a' },
      { operation: 'list', key: 'a' },
      { operation: 'now', key: '' },
    ]);
  });
});

test('a key below another object’s key is a bug that the memory store finds', async () => {
  const store = memoryObjectStore();
  await store.put('a/b', bytes);
  await expect(store.put('a', bytes)).rejects.toThrow('no key may be the prefix');
  await expect(store.create('a/b/c', bytes)).rejects.toThrow('no key may be the prefix');
});
