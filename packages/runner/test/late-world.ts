import {
  type Clock,
  chunkAt,
  type ObjectListing,
  type ObjectSource,
  type ObjectSplit,
  type RunReport,
  silentLogger,
  type TimeChunk,
} from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import { type LoadedDefinition, loadDefinition } from '@hourmill/pipeline';
import { createReferenceEngine, createReferenceMerger } from '@hourmill/reference';
import {
  type Failpoint,
  MemoryIndexer,
  type MemoryObjectStore,
  type MemoryObjects,
  memoryObjectStore,
} from '@hourmill/testkit';
import { type PipelineContext, type RunOptions, readManifest, runHour, runLate } from '../src/index.ts';

export const HOUR_MS = 3_600_000;
const FIRST_MS = Date.UTC(2026, 10, 22, 10);

/** The hours of a world, from 0; negative ones are before. */
export function hourAt(index: number): TimeChunk {
  return chunkAt(FIRST_MS + index * HOUR_MS, 'hour');
}

/** What an event says. */
export interface Event {
  /** Index of its hour. */
  readonly hour: number;
  readonly id: string;
  readonly v: number;
}

export interface WorldOptions {
  /** The `deduplicate` section as YAML; absent: every record counts. */
  readonly deduplicate?: string;
  readonly lateness?: string;
  /** Hours of the source's window. */
  readonly before?: number;
  readonly after?: number;
  /** The name of the count metric: another one is another definition. */
  readonly metric?: string;
}

export function definitionOf({
  deduplicate,
  lateness = 'P1D',
  before = 0,
  after = 0,
  metric = 'count',
}: WorldOptions): LoadedDefinition {
  const text = `
name: p
source: { type: files, paths: ["{yyyy}/{MM}/{dd}/{HH}/*.json"], window: { hoursBefore: ${before}, hoursAfter: ${after} } }
timestamp: { column: t, format: millis }
${deduplicate === undefined ? '' : `deduplicate: ${deduplicate}`}
rollup:
  segmentGranularity: hour
  queryGranularity: hour
  dimensions: [d]
  metrics:
    - { name: ${metric}, type: count }
    - { name: v, type: longSum, field: v }
    - { name: x, type: doubleSum, field: x }
output: { store: "file:./warehouse" }
druid: { dataSource: p, coordinator: "http://127.0.0.1:1", broker: "http://127.0.0.1:2" }
schedule: { lateness: ${lateness} }
guards: { maxShrinkRatio: 1, maxRejectedRatio: 1 }
`;
  return loadDefinition('/p.yaml', { text, env: () => undefined, readFile: () => '' });
}

interface StoredObject {
  readonly version: number;
  readonly events: readonly Event[];
}

/** A pipeline over objects in folders of hours, in memory; the engine and the merger are the reference's. */
export class LateWorld implements ObjectSource {
  /** `<hour>/<name>` and what is in it. */
  readonly input = new Map<string, StoredObject>();
  readonly objects: MemoryObjects = new Map();
  readonly druid = new MemoryIndexer();
  /** Ids that were read. */
  readonly reads: string[] = [];
  readonly options: WorldOptions;
  loaded: LoadedDefinition;
  #version = 0;
  #nowMs = FIRST_MS + 48 * HOUR_MS;
  readonly #clock: Clock = { now: () => this.#nowMs, sleep: async () => {} };

  constructor(options: WorldOptions = {}) {
    this.options = options;
    this.loaded = definitionOf(options);
  }

  /** Writes or replaces an object in the folder of an hour. */
  write(folder: number, name: string, events: readonly Event[]): void {
    this.#version += 1;
    this.input.set(`${folder}/${name}`, { version: this.#version, events });
  }

  context(failpoints: readonly Failpoint[] = []): PipelineContext & { readonly store: MemoryObjectStore } {
    const store = memoryObjectStore({ objects: this.objects, clock: this.#clock, failpoints });
    const { program, definition } = this.loaded;
    const options = { program, limits: definition.limits, compression: definition.output.compression } as const;
    const engine = createReferenceEngine({ ...options, partFormat: 'json' });
    return {
      loaded: this.loaded,
      source: this,
      store,
      ledger: createLedger({ store, pipeline: 'p' }),
      engine,
      lateEngine: engine,
      merger: createReferenceMerger({ ...options, partFormat: 'json' }),
      indexer: this.druid,
      clock: this.#clock,
      logger: silentLogger,
      owner: 'test:1',
    };
  }

  async run(hour: number, options: RunOptions = {}): Promise<RunReport> {
    this.passTime();
    return runHour(this.context(), hourAt(hour), options);
  }

  async late(hour: number, options: RunOptions = {}): Promise<RunReport> {
    this.passTime();
    return runLate(this.context(), hourAt(hour), options);
  }

  /** So that no lease is left, and run ids differ. */
  passTime(): void {
    this.#nowMs += HOUR_MS;
  }

  /** What the hour serves: `id: count/v/x`, sorted. Every number is looked up in the parts that Druid was given. */
  async rows(hour: number): Promise<string[]> {
    const context = this.context();
    const last = (await context.ledger.history(hourAt(hour))).at(-1);
    if (last?.state !== 'done') return [`${last?.state}`];
    const { manifest } = await readManifest(context.store, last);
    const lines: string[] = [];
    for (const { path } of manifest.result.parts) {
      const text = Buffer.from(await context.store.get(path)).toString('utf8');
      for (const line of text.trim().split('\n')) {
        const [, d, count, v, x] = JSON.parse(line) as unknown[];
        lines.push(`${d}: ${count}/${v}/${x}`);
      }
    }
    return lines.sort();
  }

  async list(chunk: TimeChunk): Promise<ObjectListing> {
    const isInput = this.inputOf(chunk);
    const ids = [...this.input.keys()].map(idOf).filter(isInput).sort();
    const splits = ids.map((id, ordinal): ObjectSplit => {
      const { version, events } = this.#at(id);
      return { type: 'object', ordinal, id, bytes: events.length, etag: `v${version}`, compression: 'none' };
    });
    return { splits, losses: splits.length > 0 ? [] : [{ source: 'x', reason: 'none', code: 'HM_INPUT_001' }] };
  }

  inputOf({ startMs }: TimeChunk): (id: string) => boolean {
    const hour = (startMs - FIRST_MS) / HOUR_MS;
    const { before = 0, after = 0 } = this.options;
    return (id) => {
      const folder = folderOf(id);
      return folder >= hour - before && folder <= hour + after;
    };
  }

  async *read({ id, etag }: ObjectSplit): AsyncGenerator<Uint8Array> {
    const { version, events } = this.#at(id);
    if (etag !== `v${version}`) throw new Error(`${id} is another one`);
    this.reads.push(id);
    yield Buffer.from(events.map((event) => `${JSON.stringify(toRecord(event))}\n`).join(''));
  }

  #at(id: string): StoredObject {
    const object = this.input.get(id.slice('mem:'.length));
    if (object === undefined) throw new Error(`there is no ${id}`);
    return object;
  }
}

export function idOf(path: string): string {
  return `mem:${path}`;
}

function folderOf(id: string): number {
  return Number(/^mem:(-?\d+)\//.exec(id)?.[1]);
}

/** Thirds do not add up exactly: a sum that was rounded on its way shows. */
export function toRecord({ hour, id, v }: Event): object {
  return { t: hourAt(hour).startMs + 1, id, d: id[0], v, x: v / 3 };
}
