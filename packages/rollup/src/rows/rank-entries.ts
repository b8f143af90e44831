import type { Kernel } from '@hourmill/kernel';
import { Scratch } from '../kernel/scratch.ts';
import type { RankedColumn } from './columns.ts';
import type { Entries } from './entries.ts';

/** What a dictionary block has before its offsets, and the least of zeros behind its values. */
const HEADER_BYTES = 8;
const PADDING_BYTES = 8;

/**
 * Makes a dimension of codes: 0 is null, c is entry c - 1. The entries may come in any order, and more than once.
 * @param codes are changed to be the ranks
 */
export function rankEntries(kernel: Kernel, entries: Entries, codes: Uint32Array): RankedColumn {
  if (entries.isAscending) return { ranks: codes, block: blockOf(entries) };
  using scratch = new Scratch(kernel);
  const { sortedBlockBytes, writeSortedBlock } = kernel.exports;
  const values = scratch.copyIn(entries.bytes);
  const pairs = new Uint32Array(2 * entries.count);
  for (let entry = 0; entry < entries.count; entry++) {
    const from = entries.starts[entry] as number;
    pairs[2 * entry] = values + from;
    pairs[2 * entry + 1] = (entries.starts[entry + 1] as number) - from;
  }
  const list = scratch.copyIn(new Uint8Array(pairs.buffer));
  const ranks = scratch.allocate(4 * entries.count);
  const out = scratch.allocate(sortedBlockBytes(entries.count, entries.length));
  writeSortedBlock(list, entries.count, ranks, out);
  const rankOf = kernel.words.slice(ranks / 4, ranks / 4 + entries.count);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code !== 0) codes[row] = rankOf[code - 1] as number;
  }
  return {
    ranks: codes,
    block: kernel.bytes.slice(out, out + blockBytes(kernel.words[out / 4], kernel.words[out / 4 + 1])),
  };
}

/** Of ascending entries. */
function blockOf(entries: Entries): Uint8Array {
  const block = new Uint8Array(blockBytes(entries.count, entries.length));
  const words = new Uint32Array(block.buffer);
  words[0] = entries.count;
  words[1] = entries.length;
  words.set(entries.starts, HEADER_BYTES / 4);
  block.set(entries.bytes, HEADER_BYTES + 4 * (entries.count + 1));
  return block;
}

function blockBytes(count = 0, bytes = 0): number {
  return Math.ceil((HEADER_BYTES + 4 * (count + 1) + bytes) / 8) * 8 + PADDING_BYTES;
}
