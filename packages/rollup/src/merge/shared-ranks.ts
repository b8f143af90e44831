import type { Kernel } from '@hourmill/kernel';
import type { Scratch } from '../kernel/scratch.ts';

/** Dictionary blocks united to one, in scratch space. */
export interface UnitedBlocks {
  readonly block: number;
  /** Of each block a table, u32 by rank - 1: what its ranks are in the united one. */
  readonly tables: readonly number[];
}

/** @param blocks their addresses */
export function uniteBlocks(kernel: Kernel, scratch: Scratch, blocks: readonly number[]): UnitedBlocks {
  const { unitedBlocksBytes, uniteBlocks: unite } = kernel.exports;
  const tables = blocks.map((block) => scratch.allocate(4 * (kernel.words[block / 4] as number)));
  const inputs = scratch.words(blocks);
  const block = scratch.allocate(unitedBlocksBytes(inputs, blocks.length));
  unite(inputs, blocks.length, scratch.words(tables), block);
  return { block, tables };
}
