import type { Kernel } from '@hourmill/kernel';

const SIGN = 1n << 63n;

/** Entries of a dictionary block: see the kernel's `assembly/merge/dictionary-block.ts`. */
export function entryCount(kernel: Kernel, dictionary: number): number {
  return kernel.view.getUint32(dictionary, true);
}

/** The bytes of one entry, valid until the kernel is called again. */
export function entryBytes(kernel: Kernel, dictionary: number, entry: number): Uint8Array {
  const { view } = kernel;
  const offset = dictionary + 8 + 4 * entry;
  const bytes = dictionary + 8 + 4 * (entryCount(kernel, dictionary) + 1);
  return kernel.bytes.subarray(bytes + view.getUint32(offset, true), bytes + view.getUint32(offset + 4, true));
}

/** From the ordered bytes of a long to its value. */
export function longOfEntry(entry: Uint8Array): bigint {
  return BigInt.asIntN(64, wordOf(entry) ^ SIGN);
}

/** From the ordered bytes of a double to its value. */
export function orderedToDouble(entry: Uint8Array): number {
  const ordered = wordOf(entry);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, ordered >= SIGN ? ordered ^ SIGN : ~ordered));
  return view.getFloat64(0);
}

function wordOf(entry: Uint8Array): bigint {
  return new DataView(entry.buffer, entry.byteOffset, entry.byteLength).getBigUint64(0);
}
