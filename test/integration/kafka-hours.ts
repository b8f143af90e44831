import { readFileSync } from 'node:fs';
import {
  chunkAt,
  isoMillis,
  type KafkaRange,
  type KafkaSplit,
  type Ledger,
  type LedgerEntry,
  type Listing,
  type Manifest,
  type Plan,
  type RunReport,
  type Source,
  type StageOneResult,
  silentLogger,
  systemClock,
  type TimeChunk,
} from '@hourmill/core';
import { createLocalEngine } from '@hourmill/engine';
import { type KafkaSourceOptions, kafkaSource } from '@hourmill/kafka';
import { createLedger } from '@hourmill/ledger';
import { type LoadedDefinition, loadDefinition } from '@hourmill/pipeline';
import {
  MemoryIndexer,
  type MemoryObjectStore,
  memoryObjectStore,
  type PartRow,
  readPart,
  refusingMerger,
} from '@hourmill/testkit';
import { type PipelineContext, type RunOptions, readManifest, runHour } from '../../packages/runner/src/index.ts';
import type { DisturbedOpenerOptions } from './kafka-disturbed-opener.ts';

/** The hour of all events, long over. */
export const HOUR = '2026-11-22T10';
export const HOUR_MS = Date.parse(`${HOUR}:00:00Z`);
const CHUNK = chunkAt(HOUR_MS, 'hour');
export const MINUTE_MS = 60_000;

export interface DefinitionOptions {
  /** More keys of the source: `tombstones: skip`. */
  readonly source?: string;
  readonly dimensions?: string;
  /** Beside the count `events`. */
  readonly metrics?: string;
  /** More sections. */
  readonly more?: string;
}

/** A pipeline whose parts have a row for each record that is kept: `id` is unique in the events of the tests. */
export function definitionOf(broker: string, topic: string, options: DefinitionOptions = {}): string {
  const { source = '', dimensions = 'id', metrics = '', more = '' } = options;
  return `
name: ${topic}
source: { type: kafka, brokers: ["${broker}"], topic: ${topic}${source && `, ${source}`} }
format: { type: json }
timestamp: { column: t, format: millis }
rollup:
  segmentGranularity: hour
  queryGranularity: minute
  dimensions: [${dimensions}]
  metrics: [{ name: events, type: count }${metrics && `, ${metrics}`}]
output: { store: "file:./warehouse" }
${more}
`;
}

export function load(text: string): LoadedDefinition {
  return loadDefinition('/tmp/kafka-test.yaml', {
    text,
    env: () => undefined,
    readFile: (path) => readFileSync(path, 'utf8'),
  });
}

/** The event of a record. `pad` makes it longer. */
export function event(id: string, pad = 0, timeMs = HOUR_MS + MINUTE_MS): string {
  return JSON.stringify({ t: timeMs, id, pad: 'x'.repeat(pad) });
}

export interface BuiltSplits {
  readonly result: StageOneResult;
  /** The rows of all parts in order. */
  readonly rows: readonly PartRow[];
}

interface BuildOptions {
  /** Default {@link CHUNK}. */
  readonly chunk?: TimeChunk;
  /** Default 2. */
  readonly workers?: number;
  readonly disturb?: Omit<DisturbedOpenerOptions, 'real'>;
}

/** Stage 1 of just these splits. */
export async function buildSplits(
  loaded: LoadedDefinition,
  cuts: readonly KafkaSplit[],
  { chunk = CHUNK, workers = 2, disturb }: BuildOptions = {},
): Promise<BuiltSplits> {
  const splits = cuts.map((cut, ordinal) => ({ ...cut, ordinal }));
  const { source: real, engine } = adaptersOf(loaded, workers);
  await using _ = real;
  const source = disturb === undefined ? real : disturbed(real, disturb);
  const store = memoryObjectStore();
  const hour = isoMillis(chunk.startMs);
  const ranges = splits;
  const plan: Plan = {
    version: 1,
    pipeline: 'x',
    hour,
    chunk,
    definitionHash: '',
    listingHash: '',
    splits,
    ranges,
    losses: [],
  };
  const result = await engine.build({ plan, source, store, prefix: 'x/', signal: new AbortController().signal });
  return { result, rows: await rowsOf(result, store) };
}

async function rowsOf({ parts }: Pick<RunReport, 'parts'>, store: MemoryObjectStore): Promise<PartRow[]> {
  const files = parts.map(({ path }) => store.objects.get(path)?.bytes ?? new Uint8Array());
  return (await Promise.all(files.map(readPart))).flat();
}

function adaptersOf({ definition, program }: LoadedDefinition, workers: number) {
  const { limits, output } = definition;
  const source = kafkaSource(kafkaOptions(definition));
  return { source, engine: createLocalEngine({ program, limits, compression: output.compression, workers }) };
}

function kafkaOptions({ source }: LoadedDefinition['definition']): KafkaSourceOptions {
  if (source.type !== 'kafka') throw new Error('the definition reads Kafka');
  return source;
}

/** An hour of a memory store and a memory Druid, over a real topic, to be run with `runHour`. */
export class TestHour implements AsyncDisposable {
  readonly druid = new MemoryIndexer();
  readonly store = memoryObjectStore();
  readonly #source: Source & AsyncDisposable;
  readonly #loaded: LoadedDefinition;
  /** Called between plan and read. */
  afterPlan: () => Promise<void> = async () => {};
  /** Disturbs the reading of splits. */
  disturb: Omit<DisturbedOpenerOptions, 'real'> | null = null;
  workers = 2;

  constructor(definition: string, options: Partial<KafkaSourceOptions> = {}) {
    this.#loaded = load(definition);
    this.#source = kafkaSource({ ...kafkaOptions(this.#loaded.definition), ...options });
  }

  /** @throws what a run throws */
  async run(options: RunOptions = {}): Promise<RunReport> {
    return runHour(this.#context(), CHUNK, options);
  }

  async history(): Promise<readonly LedgerEntry[]> {
    return this.#ledger().history(CHUNK);
  }

  async manifest(): Promise<Manifest> {
    const named = (await this.history()).findLast(({ manifest }) => manifest !== null);
    if (named === undefined) throw new Error('there is no manifest');
    return (await readManifest(this.store, named)).manifest;
  }

  rows(report: RunReport): Promise<PartRow[]> {
    return rowsOf(report, this.store);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source[Symbol.asyncDispose]();
  }

  #ledger(): Ledger {
    return createLedger({ store: this.store, pipeline: this.#loaded.definition.name });
  }

  #context(): PipelineContext {
    const { program, definition } = this.#loaded;
    const { limits, output } = definition;
    const engine = createLocalEngine({ program, limits, compression: output.compression, workers: this.workers });
    return {
      loaded: this.#loaded,
      source: this.#disturbedSource(),
      store: this.store,
      ledger: this.#ledger(),
      engine,
      lateEngine: engine,
      merger: refusingMerger,
      indexer: this.druid,
      clock: systemClock,
      logger: silentLogger,
      owner: 'test:1',
    };
  }

  #disturbedSource(): Source {
    const list: Source['list'] = async (chunk, signal) => {
      const listing = await this.#source.list(chunk, signal);
      await this.afterPlan();
      return listing;
    };
    const source = this.disturb === null ? this.#source : disturbed(this.#source, this.disturb);
    return { list, ...(source.worker && { worker: source.worker }) };
  }
}

const DISTURBED = new URL('./kafka-disturbed-opener.ts', import.meta.url).href;

function disturbed(source: Source, disturb: Omit<DisturbedOpenerOptions, 'real'>): Source {
  const { worker } = source;
  if (worker === undefined) throw new Error('Kafka is read inside workers');
  const options: DisturbedOpenerOptions = { real: worker.options, ...disturb };
  return { list: (chunk, signal) => source.list(chunk, signal), worker: { ...worker, module: DISTURBED, options } };
}

/** What the plan of the hour reads. */
export async function plannedListing(loaded: LoadedDefinition, chunk = CHUNK): Promise<Listing> {
  await using source = adaptersOf(loaded, 1).source;
  return await source.list(chunk);
}

/** Splits of one range, cut at these offsets. Ordinals count when {@link buildSplits} takes them. */
export function cutAt(range: KafkaRange, cuts: readonly number[], options: Partial<KafkaSplit> = {}): KafkaSplit[] {
  const { topic, partition } = range;
  const ends = [...new Set([...cuts, range.endOffset])].filter((cut) => cut > range.startOffset).sort((a, b) => a - b);
  return ends.map((endOffset, index) => {
    const startOffset = ends[index - 1] ?? range.startOffset;
    const id = `kafka:${topic}/${partition}@${startOffset}-${endOffset}`;
    const policy = { isolation: 'read_committed', tombstones: 'reject' } as const;
    return { type: 'kafka', ordinal: 0, id, bytes: 0, ...range, startOffset, endOffset, ...policy, ...options };
  });
}
