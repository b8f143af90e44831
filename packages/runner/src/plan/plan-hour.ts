import { HourmillError, isoMillis, type Listing, type Plan, type Split, sha256, type TimeChunk } from '@hourmill/core';
import type { PipelineContext } from '../context.ts';

/**
 * Lists the input of a chunk and fixes it as a plan. Reads no event and writes nothing.
 * @throws HM_INPUT_001, HM_INPUT_006 when something that the definition names is missing and losses are not accepted
 */
export async function planHour(
  context: PipelineContext,
  chunk: TimeChunk,
  acceptLoss: boolean,
  signal: AbortSignal,
): Promise<Plan> {
  return planOf(context, chunk, acceptLoss, await context.source.list(chunk, signal));
}

/** The plan that reads just this listing. @throws HM_INPUT_* of its first loss, unless losses are accepted */
export function planOf({ loaded }: PipelineContext, chunk: TimeChunk, acceptLoss: boolean, listing: Listing): Plan {
  if (!acceptLoss) refuseLosses(listing, chunk);
  return {
    version: 1,
    pipeline: loaded.definition.name,
    hour: isoMillis(chunk.startMs),
    chunk,
    definitionHash: loaded.definitionHash,
    listingHash: listingHash(listing.splits),
    splits: listing.splits,
    ...(listing.ranges === undefined ? {} : { ranges: listing.ranges }),
    losses: listing.losses,
  };
}

function refuseLosses(listing: Listing, chunk: TimeChunk): void {
  const [first, ...more] = listing.losses;
  if (first === undefined) return;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  // Manifests of before there were Kafka sources name none (`--same-input`).
  const code = first.code ?? 'HM_INPUT_001';
  const remedy = code === 'HM_INPUT_006' ? 'read it from an archive' : 'bring it back';
  throw new HourmillError(
    code,
    `input of ${isoMillis(chunk.startMs)} is missing: ${first.source}: ${first.reason}${others}; ` +
      `${remedy}, or build the hour without it with --accept-loss`,
    { context: { source: first.source } },
  );
}

/** What names a listing and its bytes, in its order. */
export function listingHash(splits: readonly Split[]): string {
  return sha256(JSON.stringify(splits.map(facts)));
}

/** What names the bytes of a split, the same whenever they are. */
function facts(split: Split): readonly (string | number)[] {
  switch (split.type) {
    case 'object':
      return [split.id, split.bytes, split.etag, split.compression];
    case 'kafka':
      return [split.id, split.topicId, split.isolation, split.tombstones];
  }
}
