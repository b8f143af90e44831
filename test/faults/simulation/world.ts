import {
  chunkAt,
  type Engine,
  isoMillis,
  type Millis,
  objectSplit,
  type Plan,
  silentLogger,
  type TimeChunk,
} from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import { createReferenceEngine } from '@hourmill/reference';
import type { PipelineContext } from '@hourmill/runner';
import { type MemoryObjectStore, memoryObjectStore, refusingMerger } from '@hourmill/testkit';
import { bytesOf, type DefinitionVariant, definitionOf, type Event, GRANULARITY, isIn, keptOf } from './events.ts';
import { InFlight } from './in-flight.ts';
import { Invariants } from './invariants.ts';
import { MemorySource } from './memory-source.ts';
import { engineOf, indexerOf, sourceOf, storeOf } from './ports.ts';
import { Scheduler } from './scheduler.ts';
import { hourText, rowsOfEvents } from './served-rows.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { VirtualDruid } from './virtual-druid.ts';
import { WatchedObjects } from './watched-objects.ts';

const FIRST_HOUR_MS = Date.UTC(2026, 10, 22, 10);
const HOUR_MS = 3600_000;
/** The story begins when all hours are due. */
const START_MS = FIRST_HOUR_MS + 6 * HOUR_MS;
/** The store's clock is behind. */
const STORE_SKEW_MS = -7_000;

/** All that outlives a process: the store, Druid, the input, and requests that are under way. */
export class World {
  readonly scheduler: Scheduler;
  readonly hours: readonly TimeChunk[];
  readonly druid: VirtualDruid;
  readonly inFlight: InFlight;
  readonly invariants: Invariants;
  variant: DefinitionVariant;
  readonly #store: MemoryObjectStore;
  readonly #source: MemorySource;
  #taskFailureRate: number;
  /** What each write of an object has made it, by ETag. */
  readonly #written = new Map<string, readonly Event[]>();
  readonly #input = new Map<string, readonly Event[]>();

  constructor(seed: number, hours: number, variant: DefinitionVariant, taskFailureRate: number) {
    this.scheduler = new Scheduler(seed, START_MS);
    this.hours = Array.from({ length: hours }, (_, index) => chunkAt(FIRST_HOUR_MS + index * HOUR_MS, GRANULARITY));
    this.variant = variant;
    this.#taskFailureRate = taskFailureRate;
    const objects = new WatchedObjects();
    this.#store = memoryObjectStore({ objects, clock: { now: () => this.scheduler.nowMs + STORE_SKEW_MS } });
    this.#source = new MemorySource((path, chunk) => path.startsWith(folderOf(chunk.startMs)));
    this.inFlight = new InFlight(this.scheduler);
    this.invariants = new Invariants(
      objects,
      () => this.druid,
      ({ plan }) => this.#model(plan),
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

  /** Writes or replaces an object under an hour's prefix. */
  write(hour: TimeChunk, name: string, events: readonly Event[]): void {
    const path = `${folderOf(hour.startMs)}${name}`;
    this.#written.set(this.#source.write(path, bytesOf(events)), events);
    this.#input.set(path, events);
  }

  /** From now on no task fails by itself. */
  calmDown(): void {
    this.#taskFailureRate = 0;
  }

  /** What a process works with. */
  context(process: SimulatedProcess): PipelineContext {
    const store = storeOf(process, this.#store);
    const loaded = definitionOf(this.variant);
    const engine = engineOf(process, engineWith(this.variant), this.#store, this.#source);
    return {
      loaded,
      source: sourceOf(process, this.#source),
      store,
      ledger: createLedger({ store, pipeline: 'p' }),
      engine,
      lateEngine: engine,
      merger: refusingMerger,
      indexer: indexerOf(process, this.druid),
      clock: process.clock,
      timers: process.timers,
      logger: silentLogger,
      owner: process.name,
    };
  }

  /** What Druid must serve of an hour in the end, and what it serves. */
  outcome(hour: TimeChunk): { readonly expected: string; readonly served: string } {
    const paths = [...this.#input.keys()].filter((path) => path.startsWith(folderOf(hour.startMs))).sort();
    const events = paths.flatMap((path) => this.#input.get(path) ?? []);
    return { expected: textOf(events, hour, this.variant), served: hourText(this.druid.sums(hour).rows) };
  }

  /** What the parts of this plan must hold. */
  #model({ splits, chunk, definitionHash }: Plan): string {
    const events = splits.flatMap((split) => this.#written.get(objectSplit(split).etag) ?? []);
    return textOf(events, chunk, this.#variantOf(definitionHash));
  }

  #variantOf(hash: string): DefinitionVariant {
    const variants = [this.variant, { ...this.variant, dimension: !this.variant.dimension }];
    return variants.find((variant) => definitionOf(variant).definitionHash === hash) ?? this.variant;
  }
}

/** What an hour of these events is, as they lie in its input. */
function textOf(events: readonly Event[], hour: TimeChunk, variant: DefinitionVariant): string {
  return hourText(rowsOfEvents(keptOf(events.filter(isIn(hour)), variant), variant.dimension));
}

function folderOf(startMs: Millis): string {
  return `${isoMillis(startMs).slice(0, 13)}/`;
}

const engines = new Map<string, Engine>();

function engineWith(variant: DefinitionVariant): Engine {
  const name = JSON.stringify(variant);
  const found = engines.get(name) ?? createEngine(variant);
  engines.set(name, found);
  return found;
}

function createEngine(variant: DefinitionVariant): Engine {
  return createReferenceEngine({
    program: definitionOf(variant).program,
    limits: { memoryBytes: Number.MAX_SAFE_INTEGER, maxRecordBytes: 1 << 20, maxRejectedBytes: 1 << 20 },
    partFormat: 'json',
    compression: { codec: 'none', level: 0 },
  });
}
