import type { Kernel } from '@hourmill/kernel';

/** The key of a group by values, as any worker understands it. */
export interface GroupKey {
  readonly bucket: number;
  /** As they stand in dictionaries: bytes whose unsigned order is that of the values. */
  readonly values: readonly (Uint8Array | null)[];
}

/** Time first, then the dimensions, nulls first: the order of rows in parts (DESIGN.md 4.4). */
export function compareGroupKeys(a: GroupKey, b: GroupKey): number {
  if (a.bucket !== b.bucket) return a.bucket - b.bucket;
  for (const [dimension, value] of a.values.entries()) {
    const order = compareValues(value, b.values[dimension] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(a: Uint8Array | null, b: Uint8Array | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return Buffer.compare(a, b);
}

/** The key of one row of a frame of groups in the kernel's memory. Its values are copies. */
export function keyOfRow({ exports, words, bytes }: Kernel, frame: number, row: number, dimensions: number): GroupKey {
  const values = Array.from({ length: dimensions }, (_, dimension) => {
    const place = words[exports.frameCode(frame, dimension) / 4 + row] ?? 0;
    return place === 0 ? null : blockValue(words, bytes, exports.frameDictionary(frame, dimension), place - 1);
  });
  return { bucket: words[exports.frameBucket(frame) / 4 + row] ?? 0, values };
}

/** See `assembly/merge/dictionary-block.ts`. */
function blockValue(words: Uint32Array, bytes: Uint8Array, block: number, index: number): Uint8Array {
  const count = words[block / 4] ?? 0;
  const offsets = block / 4 + 2 + index;
  const values = block + 8 + 4 * (count + 1);
  return bytes.slice(values + (words[offsets] ?? 0), values + (words[offsets + 1] ?? 0));
}

/** The first row of a frame whose key is not below this one. */
export function lowerBoundOf(kernel: Kernel, frame: number, key: GroupKey, dimensions: number): number {
  let low = 0;
  let high = kernel.exports.frameRows(frame);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareGroupKeys(keyOfRow(kernel, frame, middle, dimensions), key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
