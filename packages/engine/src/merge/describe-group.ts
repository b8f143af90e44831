import { isoMillis } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import type { DimensionColumn } from '@hourmill/pipeline';
import { valueOfOrdered } from '@hourmill/record';
import type { TimeBuckets } from '../program/time-buckets.ts';

/** Names the group in a row of the merged columns, for people: its time and its dimensions as JSON. */
export function describeGroup(
  kernel: Kernel,
  dimensions: readonly DimensionColumn[],
  { startMs, widthMs }: TimeBuckets,
  row: number,
): string {
  const { exports, words } = kernel;
  const bucket = words[exports.mergedBucket() / 4 + row] ?? 0;
  const values = dimensions.map((dimension, index) => {
    const rank = words[exports.mergedRank(index) / 4 + row] ?? 0;
    return rank === 0 ? null : valueOfOrdered(dictionaryEntry(kernel, index, rank - 1), dimension);
  });
  const text = JSON.stringify(values, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  return `${isoMillis(startMs + bucket * widthMs)} ${text}`;
}

/** An entry of a united dictionary: see `assembly/merge` for the block. */
function dictionaryEntry(kernel: Kernel, dimension: number, entry: number): Uint8Array {
  const { exports, words, bytes } = kernel;
  const block = exports.unitedDictionary(dimension);
  const count = words[block / 4] ?? 0;
  const offsets = block / 4 + 2;
  const values = block + 8 + 4 * (count + 1);
  return bytes.slice(values + (words[offsets + entry] ?? 0), values + (words[offsets + entry + 1] ?? 0));
}
