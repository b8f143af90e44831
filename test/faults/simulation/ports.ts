import type { Engine, Indexer, ObjectStore, RollUpMerger, Source, TimeChunk } from '@hourmill/core';
import type { SimulatedProcess } from './simulated-process.ts';
import type { VirtualDruid } from './virtual-druid.ts';

/** A store as one process sees it. */
export function storeOf(process: SimulatedProcess, store: ObjectStore): ObjectStore {
  const call = <T>(name: string, effect: () => Promise<T>, signal: AbortSignal | undefined) =>
    process.call('store', name, effect, { signal });
  return {
    uri: store.uri,
    create: (key, bytes, signal) => {
      store.locate(key);
      return call(`creates ${key}`, () => store.create(key, bytes), signal);
    },
    put: (key, bytes, signal) => {
      store.locate(key);
      return call(`puts ${key}`, () => store.put(key, bytes), signal);
    },
    get: (key, signal) => call(`gets ${key}`, () => store.get(key), signal),
    getRange: (key, from, to, signal) => call(`gets ${key} ${from}-${to}`, () => store.getRange(key, from, to), signal),
    async *list(prefix, signal) {
      yield* await call(`lists ${prefix}`, () => Array.fromAsync(store.list(prefix)), signal);
    },
    delete: (key, signal) => call(`deletes ${key}`, () => store.delete(key), signal),
    now: (signal) => call('asks for the time', () => store.now(), signal),
    locate: (key) => store.locate(key),
  };
}

/** How long a process waits for a task, and for the segments to be served. */
const TASK_TIMEOUT_MS = 60_000;
const LOAD_TIMEOUT_MS = 30_000;

/** Druid as one process sees it. */
export function indexerOf(process: SimulatedProcess, druid: VirtualDruid): Indexer {
  const call = <T>(name: string, effect: () => T, signal: AbortSignal, isReady = () => true, timeoutMs = Infinity) =>
    process.call('druid', name, effect, { signal, isReady, readyMs: process.realNowMs() + timeoutMs });
  const wait = <T>(id: string, effect: () => T, signal: AbortSignal) =>
    call(`waits for ${id}`, effect, signal, () => druid.hasEnded(id), TASK_TIMEOUT_MS);
  return {
    ping: (signal) => call('pings druid', () => {}, signal),
    served: (chunk, signal) => call('asks what is served', () => BigInt(druid.sums(chunk).sums.events ?? 0), signal),
    taskId: (handOver, attempt) => druid.taskId(handOver, attempt),
    submit: (handOver, attempt, { signal }) => {
      const id = druid.taskId(handOver, attempt);
      return call(`submits ${id}`, () => druid.submit(id, handOver), signal);
    },
    retire: async (id, { signal }) => {
      await call(`retires ${id}`, () => druid.submit(id, null), signal);
      await wait(id, () => druid.requireEnd(id), signal);
    },
    wait: (handOver, attempt, { signal }) => {
      const id = druid.taskId(handOver, attempt);
      return wait(id, () => druid.outcome(id, handOver), signal);
    },
    verify: (handOver, attempt, { signal }) => {
      const id = druid.taskId(handOver, attempt);
      const isLoaded = () => druid.isLoaded(handOver.manifest.plan.chunk);
      return call(`verifies ${id}`, () => druid.verify(id, handOver), signal, isLoaded, LOAD_TIMEOUT_MS);
    },
    sums: async (chunk, metrics, signal) => {
      const { rows, sums } = await call('asks for sums', () => druid.sums(chunk), signal);
      return {
        rows: rows.length,
        sums: Object.fromEntries(Object.entries(sums).filter(([name]) => metrics.includes(name))),
      };
    },
  };
}

/** Input as one process sees it. */
export function sourceOf(process: SimulatedProcess, source: Source): Source {
  const read = source.read?.bind(source);
  return {
    list: (chunk: TimeChunk, signal) => process.call('source', 'lists the input', () => source.list(chunk), { signal }),
    ...(source.inputOf === undefined ? {} : { inputOf: source.inputOf.bind(source) }),
    ...(read === undefined
      ? {}
      : {
          async *read(split, signal) {
            yield* await process.call('source', `reads ${split.id}`, () => Array.fromAsync(read(split)), {
              signal,
            });
          },
        }),
  };
}

/** An engine that a process is busy with while it computes. */
export function engineOf(process: SimulatedProcess, engine: Engine): Engine {
  return { name: engine.name, build: (request) => process.building(() => engine.build(request)) };
}

export function mergerOf(process: SimulatedProcess, merger: RollUpMerger): RollUpMerger {
  return { merge: (request) => process.building(() => merger.merge(request)) };
}
