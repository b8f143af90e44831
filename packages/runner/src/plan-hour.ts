import { HourmillError, isoMillis, type Listing, type Plan, type Split, sha256, type TimeChunk } from '@hourmill/core';
import type { PipelineContext } from './context.ts';

/**
 * Lists the input of a chunk and fixes it as a plan. Reads no event and writes nothing.
 * @throws HM_INPUT_001 when something that the definition names is missing and losses are not accepted
 */
export async function planHour(
  context: PipelineContext,
  chunk: TimeChunk,
  acceptLoss: boolean,
  signal: AbortSignal,
): Promise<Plan> {
  const { definition, definitionHash } = context.loaded;
  const listing = await context.source.list(chunk, signal);
  if (!acceptLoss) refuseLosses(listing, chunk);
  return {
    version: 1,
    pipeline: definition.name,
    hour: isoMillis(chunk.startMs),
    chunk,
    definitionHash,
    listingHash: listingHash(listing.splits),
    splits: listing.splits,
    losses: listing.losses,
  };
}

function refuseLosses(listing: Listing, chunk: TimeChunk): void {
  const [first, ...more] = listing.losses;
  if (first === undefined) return;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  throw new HourmillError(
    'HM_INPUT_001',
    `input of ${isoMillis(chunk.startMs)} is missing: ${first.source}: ${first.reason}${others}; ` +
      'bring it back, or build the hour without it with --accept-loss',
    { context: { source: first.source } },
  );
}

function listingHash(splits: readonly Split[]): string {
  return sha256(JSON.stringify(splits.map(({ id, bytes, etag, compression }) => [id, bytes, etag, compression])));
}
