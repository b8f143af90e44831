import {
  type Clock,
  HourmillError,
  type Indexer,
  type Leftover,
  type ObjectInfo,
  type ObjectSource,
  type ObjectStore,
} from '@hourmill/core';
import type { Process } from './process.ts';

const storeFails = (name: string) => new HourmillError('HM_STORE_001', `cut at ${name}`);
const inputFails = (name: string) => new HourmillError('HM_INPUT_005', `cut at ${name}`);
const druidFails = (name: string) => new HourmillError('HM_DRUID_001', `cut at ${name}`);

/** The ports of one process, each call of them an effect of its own. */
export function storeOf(process: Process, store: ObjectStore): ObjectStore {
  const call = <T>(name: string, act: () => Promise<T>) => process.effect(name, act, storeFails);
  return {
    uri: store.uri,
    create: (key, bytes, signal) => call(`create ${key}`, () => store.create(key, bytes, signal)),
    put: (key, bytes, signal) => call(`put ${key}`, () => store.put(key, bytes, signal)),
    get: (key, signal) => call(`get ${key}`, () => store.get(key, signal)),
    getRange: (key, from, to, signal) => call(`getRange ${key}`, () => store.getRange(key, from, to, signal)),
    async *list(prefix, signal): AsyncGenerator<ObjectInfo> {
      yield* await call(`list ${prefix}`, () => Array.fromAsync(store.list(prefix, signal)));
    },
    delete: (key, signal) => call(`delete ${key}`, () => store.delete(key, signal)),
    async *leftovers(prefix, signal): AsyncGenerator<Leftover> {
      const left = await call(`leftovers ${prefix}`, () => Array.fromAsync(store.leftovers?.(prefix, signal) ?? []));
      for (const file of left) {
        yield { ...file, remove: (end) => call('remove leftover', () => file.remove(end)) };
      }
    },
    now: (signal) => call('now', () => store.now(signal)),
    locate: (key) => store.locate(key),
  };
}

/** Each piece that is read is an effect. Engines that read in their own threads would pass it by, so `worker` is left out. */
export function sourceOf(process: Process, source: ObjectSource): ObjectSource {
  const call = <T>(name: string, act: () => Promise<T>) => process.effect(name, act, inputFails);
  return {
    inputOf: (chunk) => source.inputOf(chunk),
    list: (chunk, signal) => call('source list', () => source.list(chunk, signal)),
    async *read(split, signal) {
      const pieces = source.read(split, signal)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const { done, value } = await call(`source read ${split.ordinal}`, () => pieces.next());
          if (done) return;
          yield value;
        }
      } finally {
        await pieces.return?.();
      }
    },
  };
}

export function indexerOf(process: Process, druid: Indexer): Indexer {
  const call = <T>(name: string, act: () => Promise<T>) => process.effect(`druid ${name}`, act, druidFails);
  return {
    ping: (signal) => call('ping', () => druid.ping(signal)),
    served: (chunk, signal) => call('served', () => druid.served(chunk, signal)),
    taskId: (handOver, attempt) => druid.taskId(handOver, attempt),
    submit: (handOver, attempt, options) => call('submit', () => druid.submit(handOver, attempt, options)),
    retire: (taskId, options) => call('retire', () => druid.retire(taskId, options)),
    wait: (handOver, attempt, options) => call('wait', () => druid.wait(handOver, attempt, options)),
    verify: (handOver, attempt, options) => call('verify', () => druid.verify(handOver, attempt, options)),
    sums: (chunk, metrics, signal) => call('sums', () => druid.sums(chunk, metrics, signal)),
  };
}

/** A pause can be broken off by death alone. */
export function clockOf(process: Process, clock: Clock): Clock {
  return {
    now: () => clock.now(),
    sleep: async (ms, signal) => {
      if (process.isDead) throw storeFails('sleep');
      await clock.sleep(ms, signal);
    },
  };
}
