import type { Engine, StageOneRequest, StageOneResult } from '@hourmill/core';
import { HOURMILL_VERSION, REJECTS_FILE, sha256 } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { collisionBound, partColumns } from '@hourmill/record';
import type { ReferenceEngineOptions } from './options.ts';
import { PARQUET_LIBRARY } from './parquet/part-writer.ts';
import { Run } from './run.ts';
import { writeParts } from './write-parts.ts';

/**
 * Stage 1, plain and single-threaded: the oracle that faster engines are tested against, and slow for it. It streams its
 * input; in memory are the groups, the fingerprints and, for `keep: last`, one row a key.
 */
export function createReferenceEngine(options: ReferenceEngineOptions): Engine {
  return { name: 'reference', build: (request) => build(options, request) };
}

async function build(options: ReferenceEngineOptions, request: StageOneRequest): Promise<StageOneResult> {
  const { program, limits, compression } = options;
  const startMs = performance.now();
  const run = new Run(program, limits, request);
  for (const split of request.plan.splits) await run.scan(split);
  await run.settleOpen();
  const scannedMs = performance.now();

  const columns = partColumns(program);
  const { parts, sums } = await writeParts(run, columns, compression.codec);
  const rejects = await writeRejects(run, request);
  const { counts, splits } = run.tally.result();
  return {
    engine: { name: 'reference', version: HOURMILL_VERSION, parquet: PARQUET_LIBRARY },
    counts,
    splits,
    strays: run.strays.counts(),
    rejects,
    rejectReasons: run.rejects.reasons(),
    identity: identityOf(program, run.decider.keys),
    groups: run.groups.size,
    sums,
    columns,
    parts,
    timingsMs: { scan: Math.round(scannedMs - startMs), merge: Math.round(performance.now() - scannedMs) },
    peak: { memoryBytes: run.memory.peakBytes, spilledBytes: 0 },
  };
}

async function writeRejects(run: Run, { store, prefix, signal }: StageOneRequest): Promise<StageOneResult['rejects']> {
  const bytes = run.rejects.finish();
  if (bytes === null) return null;
  const path = `${prefix}${REJECTS_FILE}`;
  await store.put(path, bytes, signal);
  return { path, bytes: bytes.length, sha256: sha256(bytes) };
}

function identityOf({ deduplicate }: Program, keys: number): StageOneResult['identity'] {
  return deduplicate === null ? null : { algorithm: 'hm1', keys, collisionBound: collisionBound(keys) };
}
