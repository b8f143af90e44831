import { chunkAt, isoMillis, silentLogger, type TimeChunk } from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import type { PipelineContext } from '@hourmill/runner';
import { type MemoryObjectStore, memoryObjectStore } from '@hourmill/testkit';
import { definitionOf, type Variant } from './definition.ts';
import { enginesOf } from './engines.ts';
import { GRANULARITY, HOUR_MS } from './events.ts';
import { InFlight } from './in-flight.ts';
import type { Input } from './input.ts';
import { Invariants } from './invariants.ts';
import { Model } from './model.ts';
import { ObjectInput } from './object-input.ts';
import { engineOf, indexerOf, mergerOf, sourceOf, storeOf } from './ports.ts';
import { Scheduler } from './scheduler.ts';
import { hourText } from './served-rows.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { TopicInput } from './topic-input.ts';
import { VirtualDruid } from './virtual-druid.ts';
import { WatchedObjects } from './watched-objects.ts';

const FIRST_HOUR_MS = Date.UTC(2026, 10, 22, 10);
/** The story begins when all hours are due. */
const START_MS = FIRST_HOUR_MS + 24 * HOUR_MS;
/** The store's clock is behind. */
const STORE_SKEW_MS = -7_000;

/** All that outlives a process: the store, Druid, the input, and requests that are under way. */
export class World {
  readonly scheduler: Scheduler;
  /** As many as have come. */
  readonly hours: TimeChunk[] = [];
  readonly druid: VirtualDruid;
  readonly inFlight: InFlight;
  readonly input: Input;
  readonly invariants: Invariants;
  variant: Variant;
  readonly #store: MemoryObjectStore;
  readonly #model: Model;
  #taskFailureRate: number;

  constructor(seed: number, variant: Variant, taskFailureRate: number) {
    this.scheduler = new Scheduler(seed, START_MS);
    this.variant = variant;
    this.#taskFailureRate = taskFailureRate;
    const objects = new WatchedObjects();
    const bytesOf = (key: string) => objects.get(key)?.bytes ?? new Uint8Array(0);
    this.#store = memoryObjectStore({ objects, clock: { now: () => this.scheduler.nowMs + STORE_SKEW_MS } });
    this.input = variant.source === 'topic' ? new TopicInput() : new ObjectInput();
    this.#model = new Model(this.input, () => this.variant, bytesOf);
    this.inFlight = new InFlight(this.scheduler);
    this.invariants = new Invariants(
      objects,
      () => this.druid,
      (manifest, sha256) => this.#model.ofManifest(manifest, sha256),
    );
    this.druid = new VirtualDruid({
      scheduler: this.scheduler,
      failureRate: () => this.#taskFailureRate,
      partAt: ({ path }) => objects.get(path.slice('/memory/'.length))?.bytes,
      onSubmit: (task) => this.invariants.submitted(task),
      onServed: (startMs, version) => this.invariants.served(isoMillis(startMs), version),
    });
    this.scheduler.actors.push(this.druid, this.inFlight);
  }

  /** The next hour has come. */
  addHour(): TimeChunk {
    const hour = chunkAt(FIRST_HOUR_MS + this.hours.length * HOUR_MS, GRANULARITY);
    this.hours.push(hour);
    return hour;
  }

  /** From now on no task fails by itself. */
  calmDown(): void {
    this.#taskFailureRate = 0;
  }

  /** What a process works with. */
  context(process: SimulatedProcess): PipelineContext {
    const store = storeOf(process, this.#store);
    const { engine, lateEngine, merger } = enginesOf(this.variant);
    return {
      loaded: definitionOf(this.variant),
      source: sourceOf(process, this.input.source),
      store,
      ledger: createLedger({ store, pipeline: 'p' }),
      engine: engineOf(process, engine),
      lateEngine: engineOf(process, lateEngine),
      merger: mergerOf(process, merger),
      indexer: indexerOf(process, this.druid),
      clock: process.clock,
      timers: process.timers,
      logger: silentLogger,
      owner: process.name,
    };
  }

  /** How what Druid serves of an hour in which nothing is to be done any more differs from the model's. */
  async differsInTheEnd(hour: TimeChunk): Promise<string | undefined> {
    const { rows } = this.druid.sums(hour);
    const wrong = await this.#model.inTheEnd(hour, this.hours, rows);
    return wrong === undefined ? undefined : `${isoMillis(hour.startMs)} serves ${hourText(rows)}: ${wrong}`;
  }
}
