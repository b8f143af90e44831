import { gzipSync } from 'node:zlib';
import {
  type Engine,
  type KafkaSplit,
  type LateFile,
  NO_GAPS,
  type ObjectSplit,
  type ObjectStore,
  type OwnInput,
  type Plan,
  parseLateKey,
  type StageOneRequest,
  type StageOneResult,
  sha256,
} from '@hourmill/core';
import { type LateRow, lateSource, readLateRows } from '@hourmill/sidecar';

/** Before the id of a split, as an object. */
const OBJECT = 'object:';

/**
 * An engine that reads objects of lines, for splits of a topic: each split is read as an object with a line for each offset, and the
 * late rows, which the engine places in that object, get the place of the message.
 */
export function topicEngine(engine: Engine): Engine {
  return { name: engine.name, build: (request) => build(engine, request) };
}

async function build(engine: Engine, request: StageOneRequest): Promise<StageOneResult> {
  const splits = request.plan.splits.filter((split) => split.type === 'kafka');
  if (splits.length === 0) return engine.build(request);
  const moved = new Map<string, Pick<LateFile, 'bytes' | 'sha256'>>();
  const store = storeOf(request.store, (key, bytes) => {
    const rows = readLateRows(bytes, key).map((row) => messageOf(row, splits));
    const lines = gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    moved.set(key, { bytes: lines.length, sha256: sha256(lines) });
    return lines;
  });
  const result = await engine.build({ ...request, store, plan: planOf(request.plan, splits) });
  return {
    ...result,
    splits: result.splits.map(({ id, counts }) => ({ id: id.slice(OBJECT.length), counts, gaps: NO_GAPS })),
    gaps: NO_GAPS,
    ...(result.late && { late: result.late.map((file) => ({ ...file, ...moved.get(file.path) })) }),
  };
}

/** A store that is given other bytes of late rows. */
function storeOf(store: ObjectStore, change: (key: string, bytes: Uint8Array) => Uint8Array): ObjectStore {
  return {
    ...store,
    put: (key, bytes, signal) => store.put(key, parseLateKey(key) === undefined ? bytes : change(key, bytes), signal),
  };
}

function planOf(plan: Plan, splits: readonly KafkaSplit[]): Plan {
  const objects = splits.map(
    ({ ordinal, id, bytes }): ObjectSplit => ({
      type: 'object',
      ordinal,
      id: `${OBJECT}${id}`,
      bytes,
      etag: 'e',
      compression: 'none',
    }),
  );
  const late = plan.late && { ...plan.late, own: plan.late.own.map((own) => ordinalsOf(own, splits)) };
  return { ...plan, splits: objects, ...(late && { late }) };
}

function ordinalsOf(own: OwnInput, splits: readonly KafkaSplit[]): OwnInput {
  const startOffset = splits[own.split]?.startOffset ?? 0;
  const { offsets } = own;
  return { ...own, offsets: offsets && { from: offsets.from - startOffset, to: offsets.to - startOffset } };
}

function messageOf(row: LateRow, splits: readonly KafkaSplit[]): LateRow {
  const split = splits.find(({ id }) => `${OBJECT}${id}#e` === row.source);
  if (split === undefined) return row;
  const record = split.startOffset + row.record;
  return { source: lateSource(split), record, raw: row.raw, timestamp: 0, key: null, headers: [] };
}
