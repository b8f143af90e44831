import type { Kernel } from '@hourmill/kernel';
import { Scratch } from '../kernel/scratch.ts';
import type { RankedColumn } from './columns.ts';

/** Values as the byte strings whose order is theirs (record's `ordered-bytes.ts`): (address u32, length u32) each, in the kernel. */
export interface EntryList {
  readonly at: number;
  readonly count: number;
  /** Of all values together. */
  readonly bytes: number;
}

/**
 * Makes a dimension of codes: 0 is null, c is entry c - 1. The entries may come in any order, and more than once.
 * @param own gets the dictionary
 * @param codes u32[rows], become the ranks
 */
export function rankEntries(
  kernel: Kernel,
  own: Scratch,
  entries: EntryList,
  codes: number,
  rows: number,
): RankedColumn {
  using scratch = new Scratch(kernel);
  const { sortedBlockBytes, translateCodes, writeSortedBlock } = kernel.exports;
  const ranks = scratch.allocate(4 * entries.count);
  const block = own.allocate(sortedBlockBytes(entries.count, entries.bytes));
  writeSortedBlock(entries.at, entries.count, ranks, block);
  translateCodes(codes, rows, ranks, codes);
  return { ranks: codes, block };
}
