import {
  type Clock,
  HourmillError,
  invariant,
  type Millis,
  type ObjectInfo,
  type ObjectLocation,
  type ObjectStore,
  systemClock,
} from '@hourmill/core';
import { type Failpoint, Failpoints, type StoreCall, type StoreOperation } from './failpoint.ts';

/** What a memory store holds. It outlives the store, as a disk outlives the process that writes to it. */
export type MemoryObjects = Map<string, { readonly bytes: Uint8Array; readonly modifiedMs: Millis }>;

export interface MemoryObjectStoreOptions {
  /** Default: none. */
  readonly failpoints?: readonly Failpoint[];
  /** The objects of an earlier store, to be opened again. Default: empty. */
  readonly objects?: MemoryObjects;
  /** The store's own clock. Default: the system's. */
  readonly clock?: Pick<Clock, 'now'>;
}

export interface MemoryObjectStore extends ObjectStore {
  readonly objects: MemoryObjects;
  /** Every call so far, the failed ones included. */
  readonly calls: readonly StoreCall[];
}

/**
 * An ObjectStore in memory that can fail at any call. To cut a run at every store call, let it run once, count `calls`,
 * and repeat it with `{ nth, when, kills: true }` for each; then open another store over the same `objects`.
 */
export function memoryObjectStore(options: MemoryObjectStoreOptions = {}): MemoryObjectStore {
  return new MemoryStore(options);
}

class MemoryStore implements MemoryObjectStore {
  readonly uri = 'memory:';
  readonly objects: MemoryObjects;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #failpoints: Failpoints;

  constructor({ failpoints = [], objects = new Map(), clock = systemClock }: MemoryObjectStoreOptions) {
    this.objects = objects;
    this.#clock = clock;
    this.#failpoints = new Failpoints(failpoints);
  }

  get calls(): readonly StoreCall[] {
    return this.#failpoints.calls;
  }

  async create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<'created' | 'exists'> {
    checkKey(key);
    return this.#call('create', key, signal, () => {
      if (this.objects.has(key)) return 'exists';
      this.#store(key, bytes);
      return 'created';
    });
  }

  async put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    checkKey(key);
    return this.#call('put', key, signal, () => this.#store(key, bytes));
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    checkKey(key);
    return this.#call('get', key, signal, () => this.#object(key).slice());
  }

  async getRange(key: string, from: number, to: number, signal?: AbortSignal): Promise<Uint8Array> {
    checkKey(key);
    return this.#call('getRange', key, signal, () => this.#object(key).slice(from, to));
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncGenerator<ObjectInfo> {
    checkKey(`${prefix}x`);
    const found = await this.#call('list', prefix, signal, () =>
      [...this.objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { bytes, modifiedMs }]): ObjectInfo => ({ key, bytes: bytes.length, modifiedMs })),
    );
    yield* found.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    checkKey(key);
    return this.#call('delete', key, signal, () => void this.objects.delete(key));
  }

  async now(signal?: AbortSignal): Promise<Millis> {
    return this.#call('now', '', signal, () => this.#clock.now());
  }

  locate(key: string): ObjectLocation {
    checkKey(key);
    return { type: 'local', path: `/memory/${key}` };
  }

  async #call<T>(operation: StoreOperation, key: string, signal: AbortSignal | undefined, act: () => T): Promise<T> {
    const met = this.#failpoints.meet({ operation, key });
    // Leaves the caller's turn as a real store does, so that callers at once do interleave.
    await Promise.resolve();
    signal?.throwIfAborted();
    if (met?.when === 'before') throw failure(met);
    const result = act();
    if (met !== undefined) throw failure(met);
    return result;
  }

  #object(key: string): Uint8Array {
    const object = this.objects.get(key);
    if (object !== undefined) return object.bytes;
    throw new HourmillError('HM_STORE_003', `there is no ${this.uri}${key}`, { context: { key } });
  }

  #store(key: string, bytes: Uint8Array): void {
    for (const other of this.objects.keys()) {
      const isNested = other.startsWith(`${key}/`) || key.startsWith(`${other}/`);
      invariant(!isNested, `"${key}" and "${other}": no key may be the prefix of another one plus "/"`);
    }
    this.objects.set(key, { bytes: bytes.slice(), modifiedMs: this.#clock.now() });
  }
}

function failure({ name }: Failpoint): HourmillError {
  return new HourmillError('HM_STORE_001', `failpoint ${name}`);
}

function checkKey(key: string): void {
  const isKey = key.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'));
  invariant(isKey, `"${key}" is no key of an object`);
}
