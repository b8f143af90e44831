import { gunzipSync } from 'node:zlib';
import { chunkAt, type EngineProgress, type Plan, type StageOneResult, sha256, type TimeChunk } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { expect } from 'vitest';
import { type MemoryObjectStore, memoryObjectStore } from '../memory-object-store.ts';
import type { EngineSettings, EngineUnderTest } from './engine-under-test.ts';
import { PLAIN_PROGRAM, TEST_HOUR } from './event-texts.ts';
import { type InputFile, withInputFiles } from './input-files.ts';
import { expectSortedRows, type PartRow, readPart } from './part-rows.ts';

export interface BuildOptions {
  /** Over {@link PLAIN_PROGRAM}. */
  readonly program?: Partial<Program>;
  readonly limits?: Partial<EngineSettings['limits']>;
  readonly codec?: EngineSettings['compression']['codec'];
  /** Default: the hour from {@link TEST_HOUR} on. */
  readonly chunk?: TimeChunk;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
}

export interface BuildInput extends BuildOptions {
  /** In the order of the plan. */
  readonly files: readonly InputFile[];
}

/** What an engine made. Splits are named by their files alone, `000.json`, wherever these lay. */
export interface Built {
  readonly result: StageOneResult;
  /** The rows of all parts in order, as hyparquet, an independent reader, sees them. */
  readonly rows: readonly PartRow[];
  /** The lines of the rejects file. */
  readonly rejects: readonly Record<string, unknown>[];
  /** The bytes of the parts. */
  readonly parts: readonly Uint8Array[];
}

const PREFIX = 'test/hours/2026/11/22/10/run/';

/** Runs the engine over these files, reads back all that it wrote, and checks what holds of every result. */
export async function buildFiles(engine: EngineUnderTest, input: BuildInput): Promise<Built> {
  return withInputFiles(input.files, (paths) => buildPaths(engine, paths, input));
}

/** As {@link buildFiles}, over files that are there. */
export async function buildPaths(
  { create, source: sourceOf }: EngineUnderTest,
  paths: readonly string[],
  options: BuildOptions,
): Promise<Built> {
  const program = { ...PLAIN_PROGRAM, ...options.program };
  const chunk = options.chunk ?? chunkAt(Date.parse(TEST_HOUR), 'hour');
  const engine = create({
    program,
    limits: {
      memoryBytes: 2 ** 40,
      diskBytes: 2 ** 40,
      maxRecordBytes: 1 << 20,
      maxRejectedBytes: 1 << 28,
      ...options.limits,
    },
    compression: { codec: options.codec ?? 'zstd', level: options.codec === 'gzip' ? 6 : 3 },
  });
  const store = memoryObjectStore();
  const source = sourceOf(paths);
  const { splits, losses } = await source.list(chunk);
  const hour = new Date(chunk.startMs).toISOString();
  const plan: Plan = { version: 1, pipeline: 'test', hour, chunk, definitionHash: '', listingHash: '', splits, losses };
  const signal = options.signal ?? new AbortController().signal;
  const { onProgress } = options;
  const result = await engine.build({
    plan,
    source,
    store,
    prefix: PREFIX,
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return readBack(program, result, store);
}

async function readBack(program: Program, result: StageOneResult, store: MemoryObjectStore): Promise<Built> {
  const { parts, rejects } = result;
  const written = [...parts.map(({ path }) => path), ...(rejects === null ? [] : [rejects.path])];
  expect([...store.objects.keys()].sort()).toEqual(written.sort());
  const bytesOf = (file: { path: string; bytes: number; sha256: string }): Uint8Array => {
    const bytes = store.objects.get(file.path)?.bytes ?? new Uint8Array(0);
    expect({ bytes: bytes.length, sha256: sha256(bytes) }).toEqual({ bytes: file.bytes, sha256: file.sha256 });
    return bytes;
  };
  const rows: PartRow[] = [];
  for (const part of parts) {
    const partRows = await readPart(bytesOf(part));
    expect(partRows).toHaveLength(part.rows);
    for (const row of partRows) rows.push(row);
  }
  expectSortedRows(rows, program);
  expect(rows).toHaveLength(result.groups);
  const rejectLines = rejects === null ? [] : parseLines(gunzipSync(bytesOf(rejects)).toString('utf8'));
  expect(rejectLines).toHaveLength(result.counts.rejected);
  return {
    result: { ...result, splits: result.splits.map(({ id, counts }) => ({ id: fileName(id), counts })) },
    rows,
    rejects: rejectLines.map((line) => ({ ...line, split: fileName(String(line['split'])) })),
    parts: parts.map(bytesOf),
  };
}

function fileName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
