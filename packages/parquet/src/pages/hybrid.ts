import type { Kernel } from '@hourmill/kernel';
import { forSlices } from './slices.ts';

/** Bits of the codes of a dictionary; one that has a single entry still gets a bit, as not all readers know of none. */
export function widthOf(entries: number): number {
  return Math.max(1, 32 - Math.clz32(entries - 1));
}

/** Writes codes, or levels, as RLE / bit-packed hybrid without its length. The address behind them. */
export function writeHybrid(kernel: Kernel, codes: number, count: number, width: number, out: number): number {
  let end = out;
  forSlices(count, (from, rows) => {
    end = kernel.exports.packHybrid(codes + 4 * from, rows, width, end) >>> 0;
  });
  return end;
}

/** Levels as data pages of the first version have them: with their length, u32, before them. */
export function writeLevels(kernel: Kernel, levels: number, count: number, width: number, out: number): number {
  const end = writeHybrid(kernel, levels, count, width, out + 4);
  kernel.view.setUint32(out, end - out - 4, true);
  return end;
}

/** As {@link writeLevels} for `count` times the same level, which fits into a byte. */
export function writeEqualLevels(kernel: Kernel, level: number, count: number, out: number): number {
  const memory = kernel.bytes;
  let end = out + 4;
  let header = count * 2;
  while (header >= 128) {
    memory[end] = (header % 128) | 128;
    header = Math.floor(header / 128);
    end += 1;
  }
  memory[end] = header;
  memory[end + 1] = level;
  kernel.view.setUint32(out, end + 2 - out - 4, true);
  return end + 2;
}
