import { type Clock, chunkAt, HourmillError, type ObjectStore, silentLogger } from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import { type LoadedDefinition, loadDefinition } from '@hourmill/pipeline';
import { createReferenceEngine, createReferenceMerger } from '@hourmill/reference';
import type { PipelineContext } from '@hourmill/runner';
import { DruidOfParts, type DruidState } from './druid-of-parts.ts';
import { type Level, type Objects, objectsOf, type Place, type Places } from './place.ts';
import { Process } from './process.ts';
import { clockOf, indexerOf, sourceOf, storeOf } from './process-ports.ts';

const HOUR_MS = 3600_000;

/** The hour that stories are about, and the one after it, which meets late rows of it. */
export const HOUR = chunkAt(Date.UTC(2026, 10, 22, 10), 'hour');
export const NEXT_HOUR = chunkAt(Date.UTC(2026, 10, 22, 11), 'hour');

const DEFINITION: LoadedDefinition = loadDefinition('/faults.yaml', {
  text: `
name: faults
source: { type: files, paths: ["input/{HH}/*.json"] }
format: { type: json }
timestamp: { column: t, format: iso }
deduplicate: { key: [id] }
rollup:
  segmentGranularity: hour
  queryGranularity: minute
  dimensions: [page]
  metrics:
    - { name: events, type: count }
    - { name: clicks, type: longSum, field: clicks }
    - { name: price, type: doubleSum, field: price }
output: { store: "file:./warehouse" }
druid: { dataSource: faults, coordinator: "http://127.0.0.1:1", broker: "http://127.0.0.1:2" }
guards: { maxRejectedRatio: 1 }
schedule: { lateness: P1D }
`,
  env: () => undefined,
  readFile: () => '',
});

const { program, definition } = DEFINITION;
const REFERENCE = {
  program,
  limits: { ...definition.limits, memoryBytes: 2 ** 40 },
  compression: definition.output.compression,
  partFormat: 'json',
} as const;
const ENGINE = createReferenceEngine(REFERENCE);

/** What a world is made of while no process runs. */
export interface WorldState {
  readonly objects: Objects;
  readonly druid: DruidState;
  readonly aheadMs: number;
}

/** What outlives processes: the store's objects and its clock, the input, and Druid with every task it was sent. */
export class World implements AsyncDisposable {
  readonly druid: DruidOfParts;
  readonly place: Place;
  /** How far the clocks are ahead, so that the leases of the dead run out. */
  #aheadMs: number;

  constructor(place: Place, druid: DruidState | undefined, aheadMs: number) {
    this.place = place;
    this.druid = new DruidOfParts((key) => place.store.get(key), druid);
    this.#aheadMs = aheadMs;
  }

  /** A copy of the world, in a place of its own. */
  static async of(places: Places, name: string, state?: WorldState): Promise<World> {
    const place = await places.place(name, state?.objects ?? new Map());
    return new World(place, state?.druid, state?.aheadMs ?? 0);
  }

  async state(): Promise<WorldState> {
    return { objects: await objectsOf(this.place.store), druid: this.druid.state, aheadMs: this.#aheadMs };
  }

  /** Leaves the hour in `indexing`, with a task that Druid has and nobody has waited for. */
  async leaveIndexing(act: (context: PipelineContext) => Promise<unknown>): Promise<void> {
    await this.process((context) => {
      const { indexer } = context;
      const wait = async () => {
        throw new HourmillError('HM_DRUID_004', 'the process ends here');
      };
      return act({ ...context, indexer: indexer && { ...indexer, wait } });
    });
  }

  passAnHour(): void {
    this.#aheadMs += HOUR_MS;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.place[Symbol.asyncDispose]();
  }

  /** What a process does, from its start to its end. A refusal or a cut is its end; a broken promise is thrown. */
  async process(act: (context: PipelineContext) => Promise<unknown>, level: Level = 'ports', process = new Process()) {
    const clock = clockOf(process, this.#clock());
    await using opened = level === 'calls' ? await this.place.open(process, clock) : null;
    try {
      return await act(this.#context(process, clock, opened ?? this.place, level));
    } catch (error) {
      if (error instanceof HourmillError && !BROKEN_PROMISES.includes(error.code)) return undefined;
      throw error;
    } finally {
      this.passAnHour();
    }
  }

  /** The context of somebody who looks on. */
  get onlooker(): PipelineContext {
    return this.#context(new Process(), this.#clock(), this.place, 'ports');
  }

  #context(
    process: Process,
    clock: Clock,
    { store, source }: Pick<Place, 'store' | 'source'>,
    level: Level,
  ): PipelineContext {
    const aged = this.#aged(store);
    const seen = level === 'ports' ? storeOf(process, aged) : aged;
    return {
      loaded: DEFINITION,
      source: level === 'ports' ? sourceOf(process, source) : source,
      store: seen,
      ledger: createLedger({ store: seen, pipeline: DEFINITION.definition.name }),
      engine: ENGINE,
      lateEngine: ENGINE,
      merger: createReferenceMerger(REFERENCE),
      indexer: level === 'ports' ? indexerOf(process, this.druid) : this.druid,
      clock,
      logger: silentLogger,
      owner: 'test:1',
    };
  }

  /** The store some hours later. */
  #aged(store: ObjectStore): ObjectStore {
    return {
      uri: store.uri,
      create: (...call) => store.create(...call),
      put: (...call) => store.put(...call),
      get: (...call) => store.get(...call),
      getRange: (...call) => store.getRange(...call),
      list: (...call) => store.list(...call),
      delete: (...call) => store.delete(...call),
      leftovers: (...call) => store.leftovers?.(...call) ?? nothing(),
      locate: (key) => store.locate(key),
      now: async (signal) => (await store.now(signal)) + this.#aheadMs,
    };
  }

  /** Pauses take no time. */
  #clock(): Clock {
    let sleptMs = 0;
    return {
      now: () => Date.now() + this.#aheadMs + sleptMs,
      sleep: async (ms, signal) => {
        signal?.throwIfAborted();
        sleptMs += ms;
      },
    };
  }
}

/** What no cut may lead to: a ledger or manifest that is damaged, a file that is missing, numbers that differ. */
const BROKEN_PROMISES: readonly string[] = [
  'HM_LEDGER_003',
  'HM_LEDGER_004',
  'HM_STORE_003',
  'HM_DRUID_005',
  'HM_DRUID_007',
];

async function* nothing(): AsyncGenerator<never> {}
