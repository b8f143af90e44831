import type { Kernel } from '@hourmill/kernel';
import { blockOf } from '../merge/shared-dictionaries.ts';
import type { ChunkSlice, SharedDictionaries } from '../worker/stage.ts';

interface Block {
  readonly at: number;
  readonly bytes: number;
}

/** One dimension's dictionary for the rows of a row group, and what the ranks of each slice are in it; null: the same. */
export interface RowGroupDictionary {
  readonly block: number;
  /** By slice: the address of u32 ranks by rank - 1. */
  readonly ranks: readonly (number | null)[];
}

/** Dictionaries for rows that come from chunks with dictionaries of their own. They are in the kernel until the next row group. */
export class RowGroupDictionaries {
  readonly #kernel: Kernel;
  #blocks: Block[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Gives back those of the row group before. */
  clear(): void {
    for (const { at, bytes } of this.#blocks.splice(0)) this.#kernel.exports.release(at, bytes);
  }

  /** Of one dimension: those of all slices, united. */
  unite(dimension: number, slices: readonly ChunkSlice[]): RowGroupDictionary {
    const all = slices.map(({ chunk }) => chunk.dictionaries);
    const distinct = [...new Set(all)].filter((dictionaries) => dictionaries !== null);
    const [first, ...others] = distinct.map((dictionaries) => this.#copyIn(blockOf(dictionaries, dimension)));
    if (first === undefined) return { block: this.#kernel.exports.unitedDictionary(dimension), ranks: [] };
    if (others.length === 0) return { block: first.at, ranks: slices.map(() => null) };
    return this.#uniteBlocks([first, ...others], all, distinct);
  }

  #uniteBlocks(
    blocks: readonly Block[],
    bySlice: readonly (SharedDictionaries | null)[],
    distinct: readonly SharedDictionaries[],
  ): RowGroupDictionary {
    const { exports } = this.#kernel;
    const ranks = blocks.map(({ at }) => this.#allocate(4 * (this.#kernel.words[at / 4] ?? 0)));
    const pointers = this.#allocate(8 * blocks.length);
    const addresses = [...blocks, ...ranks].map(({ at }) => at);
    this.#kernel.words.set(addresses, pointers.at / 4);
    const out = this.#allocate(exports.unitedBlocksBytes(pointers.at, blocks.length));
    exports.uniteBlocks(pointers.at, blocks.length, pointers.at + 4 * blocks.length, out.at);
    const places = bySlice.map((dictionaries) => (dictionaries === null ? -1 : distinct.indexOf(dictionaries)));
    return { block: out.at, ranks: places.map((place) => ranks[place]?.at ?? null) };
  }

  #copyIn(bytes: Uint8Array): Block {
    const block = this.#allocate(bytes.length);
    this.#kernel.bytes.set(bytes, block.at);
    return block;
  }

  #allocate(wanted: number): Block {
    const bytes = Math.max(8, wanted);
    const block = { at: this.#kernel.exports.allocate(bytes), bytes };
    this.#blocks.push(block);
    return block;
  }
}
