import type { Kernel } from '@hourmill/kernel';
import { Scratch } from '../kernel/scratch.ts';

/** What the ranks of some dictionaries are in the one that unites them, by rank: of each dictionary a table, in which 0 is 0. */
export type RankTables = readonly Uint32Array[];

/** Dictionary blocks united to one: its address in the kernel, as long as the scratch space lives, and the tables. */
export function uniteBlocks(
  kernel: Kernel,
  scratch: Scratch,
  blocks: readonly Uint8Array[],
): { readonly block: number; readonly tables: RankTables } {
  const { unitedBlocksBytes, uniteBlocks: unite } = kernel.exports;
  const counts = blocks.map((block) => new DataView(block.buffer, block.byteOffset).getUint32(0, true));
  const ranks = counts.map((count) => scratch.allocate(4 * count));
  const inputs = scratch.copyIn(bytesOf(blocks.map((block) => scratch.copyIn(block))));
  const block = scratch.allocate(unitedBlocksBytes(inputs, blocks.length));
  unite(inputs, blocks.length, scratch.copyIn(bytesOf(ranks)), block);
  const tables = ranks.map((at, index) => {
    const table = new Uint32Array(1 + (counts[index] as number));
    table.set(kernel.words.subarray(at / 4, at / 4 + table.length - 1), 1);
    return table;
  });
  return { block, tables };
}

/** For two groups of rows, dimension by dimension, tables by which their ranks can be compared. */
export function comparableRanks(kernel: Kernel, blocks: readonly Uint8Array[]): RankTables {
  using scratch = new Scratch(kernel);
  return uniteBlocks(kernel, scratch, blocks).tables;
}

function bytesOf(addresses: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(addresses).buffer);
}
