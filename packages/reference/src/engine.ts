import type { Engine, StageOneRequest, StageOneResult } from '@hourmill/core';
import { HOURMILL_VERSION, REJECTS_FILE, sha256 } from '@hourmill/core';
import { collisionBound, partColumns } from '@hourmill/record';
import { loadKnown } from './dedupe/load-known.ts';
import type { ReferenceEngineOptions } from './options.ts';
import { partFormat } from './parts/part-format.ts';
import { Run } from './run.ts';
import { writeParts } from './write-parts.ts';
import { writeFingerprints, writeLate } from './write-sidecars.ts';

/**
 * Stage 1, plain and single-threaded: the oracle that faster engines are tested against, and slow for it. It streams its
 * input; in memory are the groups, the fingerprints, the known ones too, and, for `keep: last`, one row a key.
 */
export function createReferenceEngine(options: ReferenceEngineOptions): Engine {
  return { name: 'reference', build: (request) => build(options, request) };
}

async function build(options: ReferenceEngineOptions, request: StageOneRequest): Promise<StageOneResult> {
  const { program, limits, compression } = options;
  const startMs = performance.now();
  const known = request.known === undefined ? undefined : await loadKnown(request.known, request.signal);
  const run = new Run(program, limits, request, known);
  for (const split of request.plan.splits) await run.scan(split);
  await run.settleOpen();
  const scannedMs = performance.now();

  const columns = partColumns(program);
  const { sidecars, store, prefix, signal } = request;
  const { groups, pacer, memory } = run;
  const format = partFormat(options.partFormat);
  const target = { program, groups, store, prefix, signal, pacer, memory, format, codec: compression.codec };
  const { parts, accumulators, sums } = await writeParts(
    { ...target, accumulators: sidecars?.accumulators ?? false },
    columns,
  );
  const fingerprints = sidecars?.fingerprints === true ? await writeFingerprints(run) : [];
  const late = await writeLate(run);
  const rejects = await writeRejects(run);
  const { counts, splits } = run.tally.result();
  return {
    engine: { name: 'reference', version: HOURMILL_VERSION, parquet: format.library },
    counts,
    splits,
    strays: run.strays.counts(),
    rejects,
    rejectReasons: run.rejects.reasons(),
    identity: identityOf(run),
    groups: groups.size,
    sums,
    columns,
    parts,
    ...(sidecars === undefined ? {} : { sidecars: [...fingerprints, ...accumulators] }),
    ...(late === undefined ? {} : { late }),
    timingsMs: { scan: Math.round(scannedMs - startMs), merge: Math.round(performance.now() - scannedMs) },
    peak: { memoryBytes: memory.peakBytes, spilledBytes: 0 },
  };
}

async function writeRejects({ rejects, request }: Run): Promise<StageOneResult['rejects']> {
  const { store, prefix, signal } = request;
  const bytes = rejects.finish();
  if (bytes === null) return null;
  const path = `${prefix}${REJECTS_FILE}`;
  await store.put(path, bytes, signal);
  return { path, bytes: bytes.length, sha256: sha256(bytes) };
}

function identityOf({ program, decider: { keys }, request }: Run): StageOneResult['identity'] {
  if (program.deduplicate === null) return null;
  const known = request.known?.keys;
  const collisions = collisionBound(keys + (known ?? 0));
  return { algorithm: 'hm1', keys, ...(known === undefined ? {} : { known }), collisionBound: collisions };
}
