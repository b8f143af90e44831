import { type LateRules, type ObjectSplit, type Plan, type Source, sha256 } from '@hourmill/core';
import { type LateRow, lateText } from '@hourmill/sidecar';
import type { PipelineContext } from '../context.ts';

/** Late rows as a split that lies in memory, and a source that reads it, and all else from the source behind it. */
export interface LateSplit {
  readonly split: ObjectSplit;
  readonly source: Source;
}

export interface LateSplitOptions {
  /** Of the split in its plan. */
  readonly ordinal: number;
  /** What the rows become: so the split's id is unique in the hour. */
  readonly generation: number;
}

const ENCODER = new TextEncoder();
/** Small enough for an engine that reads between pieces to come back to its event loop. */
const PIECE_BYTES = 1 << 20;

/** The rows as lines of JSON, in their order. */
export function lateSplit(
  { source: behind, loaded }: Pick<PipelineContext, 'source' | 'loaded'>,
  rows: readonly LateRow[],
  { hour }: Pick<Plan, 'hour'>,
  { ordinal, generation }: LateSplitOptions,
): LateSplit {
  const withKafkaFields = loaded.program.kafkaFields === true;
  // Line by line: one text of them all might be longer than a string can be.
  const bytes = Buffer.concat(rows.map((row) => ENCODER.encode(`${lateText(row, withKafkaFields)}\n`)));
  const id = `late:${hour}/${generation}`;
  const etag = sha256(bytes);
  const split: ObjectSplit = { type: 'object', ordinal, id, bytes: bytes.length, etag, compression: 'none' };
  const source: Source = {
    list: (chunk, signal) => behind.list(chunk, signal),
    read: async function* (asked, signal) {
      if (asked.id === id) yield* piecesOf(bytes);
      else if (behind.read !== undefined) yield* behind.read(asked, signal);
    },
  };
  return { split, source };
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

/** The plan of what is added to an hour. @param late which of its strays are late; default: none is kept */
export function addedPlan(
  { version, pipeline, hour, chunk, definitionHash, listingHash }: Plan,
  splits: readonly ObjectSplit[],
  late?: LateRules,
): Plan {
  const common = { version, pipeline, hour, chunk, definitionHash, listingHash };
  return { ...common, splits, losses: [], ...(late && { late }) };
}
