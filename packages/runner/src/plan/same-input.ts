import { HourmillError, isoMillis, type LedgerEntry, type Plan, type Split, type TimeChunk } from '@hourmill/core';
import type { Definition } from '@hourmill/pipeline';
import type { PipelineContext } from '../context.ts';
import { readManifest } from '../run/hand-over.ts';
import { planOf } from './plan-hour.ts';

/**
 * The plan that reads what the hour's last manifest names: the same offsets or objects. What the definition says of how a
 * message is read (isolation, tombstones) is the definition's as it is now.
 * @throws HM_USAGE_001 when there is no manifest, or it names input of another source than the definition
 */
export async function planSameInput(
  context: PipelineContext,
  chunk: TimeChunk,
  history: readonly LedgerEntry[],
  acceptLoss: boolean,
  signal: AbortSignal,
): Promise<Plan> {
  const named = history.findLast(({ manifest }) => manifest !== null);
  if (named === undefined) {
    throw new HourmillError(
      'HM_USAGE_001',
      `${isoMillis(chunk.startMs)} has no manifest yet that could name its input; leave --same-input out`,
    );
  }
  const { plan } = (await readManifest(context.store, named, signal)).manifest;
  const { source } = context.loaded.definition;
  refuseOtherSource(plan, source);
  const splits = plan.splits.map((split) => readAs(split, source));
  const planned = planOf(context, chunk, acceptLoss, { ...plan, splits });
  // The manifest's objects stand in the order of their generations, those of a listing in that of their paths.
  return source.type === 'kafka' ? planned : { ...planned, listingHash: plan.listingHash };
}

function readAs(split: Split, source: Definition['source']): Split {
  if (split.type !== 'kafka' || source.type !== 'kafka') return split;
  const { isolation, tombstones } = source;
  return { ...split, isolation, tombstones };
}

function refuseOtherSource(plan: Plan, source: Definition['source']): void {
  const wanted = placeOf(source);
  const other = [...new Set([...plan.splits, ...(plan.ranges ?? [])].map(placeOfInput))].find((it) => it !== wanted);
  if (other === undefined) return;
  throw new HourmillError(
    'HM_USAGE_001',
    `the last manifest of ${plan.hour} names input of ${other}, but the definition reads ${wanted}; leave --same-input out`,
    { context: { hour: plan.hour } },
  );
}

function placeOf(source: Definition['source']): string {
  switch (source.type) {
    case 'files':
      return 'files';
    case 's3':
      return `the bucket ${source.bucket}`;
    case 'kafka':
      return `the topic ${source.topic}`;
  }
}

function placeOfInput(input: Split | NonNullable<Plan['ranges']>[number]): string {
  if ('topic' in input) return `the topic ${input.topic}`;
  const [, bucket] = /^s3:\/\/([^/]+)\//.exec(input.id) ?? [];
  return bucket === undefined ? 'files' : `the bucket ${bucket}`;
}
