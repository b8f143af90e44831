import { gunzipSync } from 'node:zlib';
import {
  type Compression,
  chunkAt,
  type EngineProgress,
  type Source,
  type Split,
  type StageOneResult,
  type TimeChunk,
} from '@hourmill/core';
import type { FieldMetricType, MultiValueHandling, Program } from '@hourmill/pipeline';
import { createReferenceEngine, type ReferenceEngineOptions } from '@hourmill/reference';
import { memoryObjectStore } from '@hourmill/testkit';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const HOUR = '2026-11-22T10:00:00.000Z';

interface InputFile {
  readonly bytes: Uint8Array;
  readonly compression?: Compression;
}

export interface BuildInput {
  readonly program?: Partial<Program>;
  readonly limits?: Partial<ReferenceEngineOptions['limits']>;
  readonly codec?: ReferenceEngineOptions['compression']['codec'];
  /** The files' bytes or text, in the order of the plan. */
  readonly files: readonly (string | Uint8Array | InputFile)[];
  /** Default: one hour from {@link HOUR} on. */
  readonly chunk?: TimeChunk;
  /** Waited for before each piece of the source. */
  readonly beforePiece?: () => Promise<unknown>;
  /** Bytes a piece of the source. */
  readonly pieceBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
}

export interface Built {
  readonly result: StageOneResult;
  /** The rows of the parts as hyparquet, an independent reader, sees them. */
  readonly rows: readonly Record<string, unknown>[];
  readonly rejects: readonly Record<string, unknown>[];
  readonly objects: ReadonlyMap<string, Uint8Array>;
}

const PREFIX = 'test/hours/2026/11/22/10/run/';

/** Times in `ts` by auto, a count, nothing else. */
const PLAIN: Program = {
  timestamp: { path: ['ts'], format: 'auto' },
  deduplicate: null,
  filter: null,
  queryGranularityMs: 3_600_000,
  dimensions: [],
  metrics: [{ name: 'n', type: 'count' }],
  countMetric: 'n',
};

export function dimension(name: string, type: 'string' | 'long' | 'double' = 'string'): Program['dimensions'][number] {
  return { name, path: [name], type, multiValue: null };
}

export function multiValue(name: string, handling: MultiValueHandling): Program['dimensions'][number] {
  return { name, path: [name], type: 'string', multiValue: handling };
}

/** Metrics after the count, each named as type and field: `doubleSum price` is `doubleSum_price`. */
export function metrics(...specs: `${FieldMetricType} ${string}`[]): Program['metrics'] {
  const columns = specs.map((spec) => {
    const [type = '', field = ''] = spec.split(' ');
    return { name: `${type}_${field}`, type: type as FieldMetricType, path: [field] };
  });
  return [{ name: 'n', type: 'count' }, ...columns];
}

/** Runs the engine over files in memory and reads back all that it wrote. */
export async function build(input: BuildInput): Promise<Built> {
  const files = input.files.map(toFile);
  const store = memoryObjectStore();
  const engine = createReferenceEngine({
    program: { ...PLAIN, ...input.program },
    limits: { memoryBytes: 2 ** 50, maxRecordBytes: 1 << 20, maxRejectedBytes: 1 << 28, ...input.limits },
    compression: { codec: input.codec ?? 'zstd', level: 3 },
  });
  const splits = files.map(({ bytes, compression }, ordinal): Split => {
    const id = `file:///input/${ordinal}`;
    return { type: 'object', ordinal, id, bytes: bytes.length, etag: 'x', compression: compression ?? 'none' };
  });
  const result = await engine.build({
    plan: {
      version: 1,
      pipeline: 'test',
      hour: HOUR,
      chunk: input.chunk ?? chunkAt(Date.parse(HOUR), 'hour'),
      definitionHash: '',
      listingHash: '',
      splits,
      losses: [],
    },
    source: memorySource(files, input),
    store,
    prefix: PREFIX,
    signal: input.signal ?? new AbortController().signal,
    ...(input.onProgress === undefined ? {} : { onProgress: input.onProgress }),
  });
  const objects = new Map([...store.objects].map(([key, { bytes }]) => [key, bytes]));
  const rejects = objects.get(`${PREFIX}rejects.ndjson.gz`);
  return {
    result,
    rows: (await Promise.all(result.parts.map(({ path }) => readParquet(objects.get(path))))).flat(),
    rejects: rejects === undefined ? [] : parseLines(gunzipSync(rejects).toString('utf8')),
    objects,
  };
}

export function lines(...events: unknown[]): string {
  return events.map((event) => `${typeof event === 'string' ? event : JSON.stringify(event)}\n`).join('');
}

/** An event inside the hour. */
export function at(minute: number, fields: object = {}): { ts: string } {
  return { ts: `2026-11-22T10:${String(minute).padStart(2, '0')}:00Z`, ...fields };
}

function toFile(file: string | Uint8Array | InputFile): InputFile {
  if (typeof file === 'string') return { bytes: Buffer.from(file) };
  return file instanceof Uint8Array ? { bytes: file } : file;
}

function memorySource(files: readonly InputFile[], { pieceBytes = 64, beforePiece }: BuildInput): Source {
  return {
    list: async () => ({ splits: [], losses: [] }),
    read: async function* (split) {
      const { bytes } = files[split.ordinal] ?? { bytes: new Uint8Array(0) };
      for (let start = 0; start < bytes.length; start += pieceBytes) {
        await beforePiece?.();
        yield bytes.subarray(start, start + pieceBytes);
      }
    },
  };
}

async function readParquet(bytes: Uint8Array | undefined): Promise<Record<string, unknown>[]> {
  const file = new Uint8Array(bytes ?? []).buffer;
  const rows = await parquetReadObjects({ file, compressors });
  // hyparquet leaves a null list undefined.
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? null])));
}

function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
