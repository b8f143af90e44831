import {
  type Clock,
  type Engine,
  isoMillis,
  type KafkaRange,
  type KafkaSplit,
  type LateFile,
  type Listing,
  NO_GAPS,
  type RunReport,
  type Source,
  type Split,
  type StageOneRequest,
  silentLogger,
  type TimeChunk,
} from '@hourmill/core';
import { createLedger } from '@hourmill/ledger';
import { type LoadedDefinition, loadDefinition } from '@hourmill/pipeline';
import { createReferenceEngine, createReferenceMerger } from '@hourmill/reference';
import { LateLog, lateHours, lateSource } from '@hourmill/sidecar';
import { MemoryIndexer, type MemoryObjects, memoryObjectStore } from '@hourmill/testkit';
import { type PipelineContext, type RunOptions, runHour, runLate } from '../src/index.ts';
import { type Event, HOUR_MS, hourAt, toRecord } from './late-world.ts';

/** A message; its timestamp is in hours, like the index of an hour. */
export interface Message {
  readonly at: number;
  readonly event: Event;
}

const TOPIC_ID = '00000000-0000-4000-8000-000000000001';

function definition(deduplicate: string): LoadedDefinition {
  const text = `
name: p
source: { type: kafka, brokers: ["b:1"], topic: raw, window: { before: PT6M, after: PT30M } }
timestamp: { column: t, format: millis }
${deduplicate}
rollup:
  segmentGranularity: hour
  queryGranularity: hour
  dimensions: [d]
  metrics: [{ name: count, type: count }, { name: v, type: longSum, field: v }, { name: last, type: longMax, field: kafka.offset }]
output: { store: "file:./warehouse" }
druid: { dataSource: p, coordinator: "http://127.0.0.1:1", broker: "http://127.0.0.1:2" }
schedule: { lateness: P1D }
guards: { maxShrinkRatio: 1 }
`;
  return loadDefinition('/p.yaml', { text, env: () => undefined, readFile: () => '' });
}

/** A pipeline over a topic in memory, whose messages lie in the order of their timestamps. */
export class LateTopic {
  readonly partitions: readonly Message[][] = [[], []];
  readonly objects: MemoryObjects = new Map();
  readonly druid = new MemoryIndexer();
  /** Set: offsets are gone, as after retention. */
  isGone = false;
  lists = 0;
  readonly #loaded: LoadedDefinition;
  #nowMs = hourAt(48).startMs;
  readonly #clock: Clock = { now: () => this.#nowMs, sleep: async () => {} };

  constructor(deduplicate = '') {
    this.#loaded = definition(deduplicate);
  }

  async run(hour: number, options: RunOptions = {}): Promise<RunReport> {
    this.#nowMs += HOUR_MS;
    return runHour(this.context(), hourAt(hour), options);
  }

  async late(hour: number): Promise<RunReport> {
    this.#nowMs += HOUR_MS;
    return runLate(this.context(), hourAt(hour));
  }

  /** What is served of an hour: count and the sum of v. */
  served(hour: number): string {
    const { count = '0', v = '0' } = this.druid.hours.get(hourAt(hour).startMs)?.sums ?? {};
    return `${count}/${v}`;
  }

  context(): PipelineContext {
    const store = memoryObjectStore({ objects: this.objects, clock: this.#clock });
    const { program, definition: loaded } = this.#loaded;
    const { kafkaFields: _, ...ofLines } = program;
    const options = { limits: loaded.limits, compression: loaded.output.compression, partFormat: 'json' } as const;
    const ofObjects = createReferenceEngine({ ...options, program: ofLines });
    return {
      loaded: this.#loaded,
      source: { list: async (chunk) => this.#list(chunk) },
      store,
      ledger: createLedger({ store, pipeline: 'p' }),
      engine: { name: 'messages', build: (request) => this.#build(ofObjects, request) },
      lateEngine: ofObjects,
      merger: createReferenceMerger({ ...options, program: ofLines }),
      indexer: this.druid,
      clock: this.#clock,
      logger: silentLogger,
      owner: 'test:1',
    };
  }

  #list({ startMs, endMs }: TimeChunk): Listing {
    this.lists += 1;
    const [from, to] = [startMs - HOUR_MS / 10, endMs + HOUR_MS / 2];
    const ranges = this.partitions.map((messages, partition): KafkaRange => {
      const offsetAt = (timeMs: number): number => {
        const found = messages.findIndex(({ at }) => hourAt(0).startMs + at * HOUR_MS >= timeMs);
        return found < 0 ? messages.length : found;
      };
      return { topic: 'raw', topicId: TOPIC_ID, partition, startOffset: offsetAt(from), endOffset: offsetAt(to) };
    });
    const splits = ranges
      .filter(({ startOffset, endOffset }) => startOffset < endOffset)
      .map((range, ordinal): KafkaSplit => {
        const id = `kafka:raw/${range.partition}@${range.startOffset}-${range.endOffset}`;
        return { type: 'kafka', ordinal, id, bytes: 1, isolation: 'read_committed', tombstones: 'reject', ...range };
      });
    const losses = this.isGone
      ? ([{ source: 'kafka:raw/0', reason: 'offsets are gone', code: 'HM_INPUT_006' }] as const)
      : [];
    return { splits, ranges, losses };
  }

  /** The messages as lines of files, and their strays by their offsets. */
  async #build(ofObjects: Engine, request: StageOneRequest) {
    const { plan, late: asked, store } = request;
    const { ranges: _, late: __, ...rest } = plan;
    const splits = plan.splits.map(({ id, ordinal }) => {
      return { type: 'object', ordinal, id, bytes: 1, etag: 'e', compression: 'none' } as const;
    });
    const linesOf = (id: string): Uint8Array => this.#linesOf(plan.splits.find((split) => split.id === id));
    const source: Source = {
      list: async () => ({ splits: [], losses: [] }),
      async *read({ id }) {
        yield linesOf(id);
      },
    };
    const { late: ___, ...others } = request;
    const result = await ofObjects.build({ ...others, plan: { ...rest, splits }, source });
    const late: LateFile[] = [];
    if (asked !== undefined) {
      for (const { file, bytes } of this.#lateLog(request).finish(plan, asked.runId)) {
        await store.put(file.path, bytes);
        late.push(file);
      }
    }
    return { ...result, splits: result.splits.map((split) => ({ ...split, gaps: NO_GAPS })), gaps: NO_GAPS, late };
  }

  #linesOf(split: Split | undefined): Uint8Array {
    const lines = this.#messagesOf(split).map(({ event, offset }) =>
      JSON.stringify({ ...toRecord(event), kafka: { offset } }),
    );
    return Buffer.from(lines.map((line) => `${line}\n`).join(''));
  }

  #messagesOf(split: Split | undefined): readonly (Message & { readonly offset: number })[] {
    if (split?.type !== 'kafka') return [];
    const { partition, startOffset, endOffset } = split;
    const messages = this.partitions[partition] ?? [];
    return messages
      .slice(startOffset, endOffset)
      .map((message, index) => ({ ...message, offset: startOffset + index }));
  }

  #lateLog({ plan }: StageOneRequest): LateLog {
    const log = new LateLog(1 << 20);
    const hourOf = lateHours(plan);
    for (const [index, split] of plan.splits.entries()) {
      for (const { at, event, offset } of this.#messagesOf(split)) {
        const hourMs = hourOf(index, offset, hourAt(event.hour).startMs + 1);
        if (hourMs === null) continue;
        const bytes = Buffer.from(JSON.stringify(toRecord(event)));
        const timestampMs = hourAt(0).startMs + at * HOUR_MS;
        const partition = split.type === 'kafka' ? split.partition : 0;
        const message = { partition, offset, timestampMs, key: null, headers: [], isTombstone: false };
        const record = { bytes, length: bytes.length, truncated: false, byteOffset: 0, message };
        log.add(hourMs, { source: lateSource(split), record: offset }, record);
      }
    }
    return log;
  }
}

/** The key of an hour in reports. */
export function nameOf(hour: number): string {
  return isoMillis(hourAt(hour).startMs);
}
