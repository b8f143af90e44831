import {
  type Clock,
  chunkAt,
  type HandOver,
  HourmillError,
  type Indexer,
  InvariantError,
  type Listing,
  NO_COUNTS,
  type ObjectStore,
  objectSplit,
  type Plan,
  type RunReport,
  type Source,
  silentLogger,
  systemClock,
} from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import { type LoadedDefinition, loadDefinition } from '@hourmill/pipeline';
import { FixedEngine, MemoryIndexer, type MemoryObjects, memoryObjectStore, refusingMerger } from '@hourmill/testkit';
import { type PipelineContext, type RunOptions, runHour } from '../src/index.ts';

export const CHUNK = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
const HOUR_MS = 3600_000;

/** The hour's definition; another metric makes it another definition. */
export function definitionWith(metric = 'count'): LoadedDefinition {
  const text = `
name: p
source: { type: files, paths: [in.json] }
format: { type: json }
timestamp: { column: t, format: iso }
rollup: { segmentGranularity: hour, queryGranularity: minute, dimensions: [d], metrics: [{ name: ${metric}, type: count }] }
output: { store: "file:./warehouse" }
druid: { dataSource: p, coordinator: "http://127.0.0.1:1", broker: "http://127.0.0.1:2" }
`;
  return loadDefinition('/p.yaml', { text, env: () => undefined, readFile: () => '' });
}

const DEFINITION = definitionWith();

/** What happens to one call of a process to the world outside. */
export interface CutPoint {
  /** The n-th call of the process, from 1. */
  readonly nth: number;
  readonly when: 'before' | 'after';
  /**
   * `dies`: no later call has an effect either. `fails`: this one call fails, for a reason that may pass. `sleeps`: the process
   * stands still until `wakeUp` is called.
   */
  readonly how: 'dies' | 'fails' | 'sleeps';
}

/** One process: it counts its calls to the world outside, and is cut at one of them. */
export class Process {
  calls = 0;
  /** The call that was cut. */
  cutAt: string | undefined;
  readonly #cut: CutPoint | undefined;
  readonly #asleep = Promise.withResolvers<void>();
  readonly #awake = Promise.withResolvers<void>();
  #isDead = false;

  constructor(cut?: CutPoint) {
    this.#cut = cut;
  }

  /** Fulfilled when a process that sleeps has come to its call. */
  get asleep(): Promise<void> {
    return this.#asleep.promise;
  }

  wakeUp(): void {
    this.#awake.resolve();
  }

  /** A new process with the same cut. */
  again(): Process {
    return new Process(this.#cut);
  }

  async call<T>(name: string, act: () => Promise<T>): Promise<T> {
    this.calls += 1;
    if (this.#isDead) throw lost(name);
    if (this.#cut?.nth !== this.calls) return act();
    this.cutAt = name;
    const { when, how } = this.#cut;
    if (how === 'sleeps') {
      const before = when === 'after' ? await act() : undefined;
      this.#asleep.resolve();
      await this.#awake.promise;
      return before ?? act();
    }
    this.#isDead = how === 'dies';
    if (when === 'after') await act();
    throw lost(name);
  }
}

function lost(name: string): HourmillError {
  return new HourmillError(name.startsWith('druid') ? 'HM_DRUID_001' : 'HM_STORE_001', `cut at ${name}`);
}

/** What outlives a process: the store's objects and its clock, the input, and Druid with every task it was sent. */
export class World {
  readonly objects: MemoryObjects = new Map();
  readonly druid = new MemoryIndexer();
  /** Tasks that were sent and have not ended yet, by id. */
  readonly alive = new Map<string, { readonly handOver: HandOver; readonly attempt: number }>();
  readonly #clock: Pick<Clock, 'now'> = { now: () => this.#nowMs };
  #nowMs = Date.UTC(2026, 10, 22, 12);
  /** What the input is: its ETag says how many events the hour has, `a10`. */
  etag = 'a10';
  loaded = DEFINITION;

  /** One run of the hour by a process of its own. An hour of the store's clock passes behind it, so that no lease is left. */
  async run(options: RunOptions = {}, process = new Process()): Promise<RunReport | undefined> {
    try {
      return await runHour(this.context(process), CHUNK, options);
    } catch (error) {
      // A cut or a refusal is what a test wants to see, a broken promise is not.
      if (error instanceof HourmillError && error.code !== 'HM_LEDGER_003') return undefined;
      throw error;
    } finally {
      this.passAnHour();
    }
  }

  passAnHour(): void {
    this.#nowMs += HOUR_MS;
  }

  /** Every task that may still run ends now, in the order of their sending. */
  async endAllTasks(): Promise<void> {
    for (const { handOver, attempt } of this.alive.values()) await this.druid.wait(handOver, attempt);
    this.alive.clear();
  }

  /** Leaves the hour in `indexing`, with a task that Druid has and nobody has waited for. */
  async leaveIndexing(): Promise<void> {
    this.druid.failpoint = { step: 'wait', when: 'before', code: 'HM_DRUID_004' };
    await this.run();
  }

  context(process: Process): PipelineContext {
    const store = storeOf(process, memoryObjectStore({ objects: this.objects, clock: this.#clock }));
    return {
      loaded: this.loaded,
      source: this.#source(),
      store,
      ledger: createLedger({ store, pipeline: 'p' }),
      engine: engine(),
      lateEngine: engine(),
      merger: refusingMerger,
      indexer: indexerOf(process, this),
      clock: systemClock,
      logger: silentLogger,
      owner: 'test:1',
    };
  }

  #source(): Source {
    const file = { type: 'object', ordinal: 0, id: 'file:///in.json', bytes: 10, compression: 'none' } as const;
    return {
      list: async (): Promise<Listing> => ({ splits: [{ ...file, etag: this.etag }], losses: [] }),
      async *read() {},
    };
  }
}

/** How many events the input of a plan has. */
export function keptOf({ splits }: Plan): number {
  const [first] = splits;
  return first === undefined ? Number.NaN : Number(objectSplit(first).etag.slice(1));
}

function engine(): FixedEngine {
  const fixed = new FixedEngine();
  fixed.onBuild = ({ plan }) => {
    const kept = keptOf(plan);
    fixed.counts = { ...NO_COUNTS, read: 20, kept, filtered: 20 - kept };
  };
  return fixed;
}

/** A store as one process sees it. */
function storeOf(process: Process, store: ObjectStore): ObjectStore {
  return {
    uri: store.uri,
    create: (key, bytes, signal) => process.call(`create ${key}`, () => store.create(key, bytes, signal)),
    put: (key, bytes, signal) => process.call(`put ${key}`, () => store.put(key, bytes, signal)),
    get: (key, signal) => process.call(`get ${key}`, () => store.get(key, signal)),
    getRange: (key, from, to, signal) => process.call(`getRange ${key}`, () => store.getRange(key, from, to, signal)),
    async *list(prefix, signal) {
      yield* await process.call(`list ${prefix}`, () => Array.fromAsync(store.list(prefix, signal)));
    },
    delete: (key, signal) => process.call(`delete ${key}`, () => store.delete(key, signal)),
    now: (signal) => process.call('now', () => store.now(signal)),
    locate: (key) => store.locate(key),
  };
}

/** Druid as one process sees it. A new task while one of another manifest may still run breaks a promise. */
function indexerOf(process: Process, { druid, alive }: World): Indexer {
  const call = <T>(name: string, act: () => Promise<T>) => process.call(`druid ${name}`, act);
  return {
    ping: () => call('ping', () => druid.ping()),
    served: (chunk) => call('served', () => druid.served(chunk)),
    taskId: (handOver, attempt) => druid.taskId(handOver, attempt),
    retire: (taskId) =>
      call('retire', async () => {
        await druid.retire(taskId);
        alive.delete(taskId);
      }),
    submit: (handOver, attempt) =>
      call('submit', async () => {
        const answer = await druid.submit(handOver, attempt);
        if (answer === 'attached') return answer;
        const others = [...alive].filter(([, other]) => other.handOver.manifestSha256 !== handOver.manifestSha256);
        if (others.length > 0) throw new InvariantError(`${others[0]?.[0]} of another manifest may still run`);
        alive.set(druid.taskId(handOver, attempt), { handOver, attempt });
        return answer;
      }),
    wait: (handOver, attempt) =>
      call('wait', async () => {
        const outcome = await druid.wait(handOver, attempt);
        alive.delete(druid.taskId(handOver, attempt));
        return outcome;
      }),
    verify: (handOver, attempt) => call('verify', () => druid.verify(handOver, attempt)),
    sums: (chunk) => call('sums', () => druid.sums(chunk)),
  };
}
