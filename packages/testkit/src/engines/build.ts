import { gunzipSync } from 'node:zlib';
import {
  chunkAt,
  type EngineProgress,
  type KnownKeys,
  type LateRules,
  type Plan,
  type SidecarRequest,
  type StageOneResult,
  type TimeChunk,
} from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { expect } from 'vitest';
import { type MemoryObjectStore, memoryObjectStore } from '../memory-object-store.ts';
import type { EngineSettings, EngineUnderTest } from './engine-under-test.ts';
import { PLAIN_PROGRAM, TEST_HOUR } from './event-texts.ts';
import { type InputFile, withInputFiles } from './input-files.ts';
import type { PartRow } from './part-rows.ts';
import { type BuiltLateRow, lateRowsOf, readExactSums, readFingerprints } from './read-sidecars.ts';
import { bytesOf, readRows } from './stored-files.ts';

export interface BuildOptions {
  /** Over {@link PLAIN_PROGRAM}. */
  readonly program?: Partial<Program>;
  readonly limits?: Partial<EngineSettings['limits']>;
  readonly codec?: EngineSettings['compression']['codec'];
  /** Default: the hour from {@link TEST_HOUR} on. */
  readonly chunk?: TimeChunk;
  /** Keys that are seen already. Default: none. */
  readonly known?: KnownKeys;
  /** Default: none are asked for. */
  readonly sidecars?: SidecarRequest;
  /** The rules of the plan, and the limit of the request, by default none. Default: no strays are kept. */
  readonly late?: { readonly rules: LateRules; readonly maxBytes?: number };
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
  /** The keys of the sidecars in order, as 32 hexadecimal digits; null when they were not asked for. */
  readonly fingerprints: readonly string[] | null;
  /** Of each row the exact sums of doubles, in units of 2^-1074; null when they were not asked for. */
  readonly exactSums: readonly (readonly (bigint | null)[])[] | null;
  /** By hour; null when none were to be kept. */
  readonly late: Readonly<Record<string, readonly BuiltLateRow[]>> | null;
}

/** Where a build puts its files, or a merge. */
export interface BuildPlace {
  readonly store: MemoryObjectStore;
  /** Ends in `/`. */
  readonly prefix: string;
}

const RUN_ID = 'run';
const PREFIX = `test/hours/2026/11/22/10/${RUN_ID}/`;

/** Runs the engine over these files, reads back all that it wrote, and checks what holds of every result. */
export async function buildFiles(engine: EngineUnderTest, input: BuildInput, place?: BuildPlace): Promise<Built> {
  return withInputFiles(input.files, (paths) => buildPaths(engine, paths, input, place));
}

/** As {@link buildFiles}, over files that are there. @param place default: a store of its own */
export async function buildPaths(
  { create, source: sourceOf }: EngineUnderTest,
  paths: readonly string[],
  options: BuildOptions,
  place: BuildPlace = { store: memoryObjectStore(), prefix: PREFIX },
): Promise<Built> {
  const program = { ...PLAIN_PROGRAM, ...options.program };
  const chunk = options.chunk ?? chunkAt(Date.parse(TEST_HOUR), 'hour');
  const { known, sidecars, late, signal, onProgress } = options;
  const source = sourceOf(paths);
  const { splits, losses } = await source.list(chunk);
  const hour = new Date(chunk.startMs).toISOString();
  const plan: Plan = {
    ...{ version: 1, pipeline: 'test', hour, chunk, definitionHash: '', listingHash: '', splits, losses },
    ...(late === undefined ? {} : { late: late.rules }),
  };
  const before = new Set(place.store.objects.keys());
  const result = await create(engineSettings(program, options)).build({
    plan,
    source,
    ...place,
    ...(known === undefined ? {} : { known }),
    ...(sidecars === undefined ? {} : { sidecars }),
    ...(late === undefined ? {} : { late: { runId: RUN_ID, maxBytes: late.maxBytes ?? 1 << 28 } }),
    signal: signal ?? new AbortController().signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const written = [...place.store.objects.keys()].filter((path) => !before.has(path));
  expect(written.sort()).toEqual(namedFiles(result).sort());
  return readBack(program, plan, result, place, options);
}

/** Roomy limits, unless others are asked for. */
export function engineSettings(program: Program, { limits, codec }: BuildOptions): EngineSettings {
  return {
    program,
    limits: {
      memoryBytes: 2 ** 40,
      diskBytes: 2 ** 40,
      maxRecordBytes: 1 << 20,
      maxRejectedBytes: 1 << 28,
      ...limits,
    },
    compression: { codec: codec ?? 'zstd', level: codec === 'gzip' ? 6 : 3 },
  };
}

function namedFiles({ parts, rejects, sidecars = [], late = [] }: StageOneResult): string[] {
  return [...parts, ...(rejects === null ? [] : [rejects]), ...sidecars, ...late].map(({ path }) => path);
}

async function readBack(
  program: Program,
  plan: Plan,
  result: StageOneResult,
  { store, prefix }: BuildPlace,
  options: BuildOptions,
): Promise<Built> {
  const { parts, rejects, sidecars = [] } = result;
  const { fingerprints, accumulators } = options.sidecars ?? { fingerprints: false, accumulators: false };
  const rows = await readRows(store, parts, program);
  expect(rows).toHaveLength(result.groups);
  const rejectLines = rejects === null ? [] : parseLines(gunzipSync(bytesOf(store, rejects)).toString('utf8'));
  expect(rejectLines).toHaveLength(result.counts.rejected);
  const filesOf = (kind: string) => sidecars.filter((file) => file.kind === kind);
  return {
    result: { ...result, splits: result.splits.map(({ id, counts }) => ({ id: fileName(id), counts })) },
    rows,
    rejects: rejectLines.map((line) => ({ ...line, split: fileName(String(line['split'])) })),
    parts: parts.map((part) => bytesOf(store, part)),
    fingerprints: fingerprints ? await readFingerprints(store, prefix, filesOf('fingerprints')) : null,
    exactSums: accumulators ? readExactSums({ store, prefix, program, parts, rows }, filesOf('accumulators')) : null,
    late: options.late === undefined ? null : lateRowsOf(store, plan, RUN_ID, result.late ?? []),
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
