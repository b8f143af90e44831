import type { MergedRollUp, MergeRequest, RollUpMerger, SidecarFile, StoredRollUp } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { expect } from 'vitest';
import { type MemoryObjectStore, memoryObjectStore } from '../memory-object-store.ts';
import { type BuildInput, type BuildOptions, type Built, buildFiles, engineSettings } from './build.ts';
import type { EngineSettings, EngineUnderTest } from './engine-under-test.ts';
import { PLAIN_PROGRAM } from './event-texts.ts';
import type { InputFile } from './input-files.ts';
import type { PartRow } from './part-rows.ts';
import { readExactSums } from './read-sidecars.ts';
import { knownKeys } from './record-oracle.ts';
import { bytesOf, readRows } from './stored-files.ts';

/** How to make a merger, and an engine whose roll-ups it merges. */
export interface MergerUnderTest {
  create(settings: EngineSettings): RollUpMerger;
  readonly engine: EngineUnderTest;
}

/** What a merger made of stored roll-ups. */
export interface Merged {
  readonly result: MergedRollUp;
  readonly rows: readonly PartRow[];
  readonly exactSums: readonly (readonly (bigint | null)[])[];
  /** The bytes of parts and accumulators. */
  readonly files: readonly Uint8Array[];
}

const SIDECARS = { fingerprints: true, accumulators: true };

/** A store with roll-ups of one program, made by the engine under test. */
export class MergeBench {
  readonly store: MemoryObjectStore = memoryObjectStore();
  readonly #merger: MergerUnderTest;
  readonly #options: BuildOptions;
  readonly #program: Program;
  #runs = 0;

  constructor(merger: MergerUnderTest, options: BuildOptions) {
    this.#merger = merger;
    this.#options = options;
    this.#program = { ...PLAIN_PROGRAM, ...options.program };
  }

  /** A roll-up of these files. @param known keys that are seen already */
  async build(files: readonly InputFile[], known: readonly string[] = []): Promise<Built> {
    const input: BuildInput = { ...this.#options, files, known: knownKeys(known), sidecars: SIDECARS };
    return buildFiles(this.#merger.engine, input, { store: this.store, prefix: this.#nextPrefix() });
  }

  /** Merges two roll-ups, reads back all that was written, and checks what holds of every result. */
  async merge(
    base: StoredRollUp,
    added: StoredRollUp,
    request: Partial<Pick<MergeRequest, 'store' | 'signal'>> = {},
  ): Promise<Merged> {
    const merger = this.#merger.create(engineSettings(this.#program, this.#options));
    const prefix = this.#nextPrefix();
    const before = new Set(this.store.objects.keys());
    const signal = new AbortController().signal;
    const result = await merger.merge({ base, added, store: this.store, prefix, signal, ...request });
    const written = [...this.store.objects.keys()].filter((path) => !before.has(path));
    const { parts, accumulators } = result;
    expect(written.sort()).toEqual([...parts, ...accumulators].map(({ path }) => path).sort());
    const rows = await readRows(this.store, parts, this.#program);
    expect(rows).toHaveLength(result.groups);
    const built = { store: this.store, prefix, program: this.#program, parts, rows };
    const exactSums = readExactSums(built, accumulators);
    return { result, rows, exactSums, files: [...parts, ...accumulators].map((file) => bytesOf(this.store, file)) };
  }

  #nextPrefix(): string {
    this.#runs += 1;
    return `test/hours/2026/11/22/10/run-${this.#runs}/`;
  }
}

/** What a merger reads of a build. */
export function rollUpOf({ result }: Built): StoredRollUp {
  const { columns, parts, sidecars = [] } = result;
  return { columns, parts, accumulators: sidecars.filter(({ kind }: SidecarFile) => kind === 'accumulators') };
}
