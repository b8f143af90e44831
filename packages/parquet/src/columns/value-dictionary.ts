import type { Kernel } from '@hourmill/kernel';
import { widthOf } from '../pages/hybrid.ts';
import type { Scratch } from '../pages/scratch.ts';
import { forSlices } from '../pages/slices.ts';
import { dictionaryPays, type PageDictionary } from './column-plan.ts';

/**
 * Sizes that are tried one after the other. With the first one the table lies in the L1 cache; with the last, codes have 16 bits,
 * and the L2 cache still holds it.
 */
const LIMITS = [2048, 65_536] as const;

/**
 * Of 8-byte values, in order of appearance. Given up (null) as soon as more than half of the values seen so far are new: where
 * values do not repeat, looking for repetitions costs more than it saves.
 */
export function valueDictionary(
  kernel: Kernel,
  values: number,
  count: number,
  scratch: Scratch,
): PageDictionary | null {
  if (count === 0) return null;
  const codes = scratch.allocate(4 * count);
  for (const limit of LIMITS) {
    const found = findDistinct(kernel, values, count, codes, limit, scratch);
    if (found === 'too many new') return null;
    if (found === 'over the limit') continue;
    const { entries, distinct } = found;
    if (!dictionaryPays(8 * entries, widthOf(entries), count, 8 * count)) return null;
    return {
      entries,
      bytes: 8 * entries,
      writeEntries: (out) => {
        kernel.exports.moveBytes(out, distinct, 8 * entries);
        return out + 8 * entries;
      },
      writeCodes: (page, out) => {
        const from = codes + 4 * page.value;
        kernel.exports.moveBytes(out, from, 4 * page.values);
      },
    };
  }
  return null;
}

type Distinct = { readonly entries: number; readonly distinct: number };

function findDistinct(
  kernel: Kernel,
  values: number,
  count: number,
  codes: number,
  limit: number,
  scratch: Scratch,
): Distinct | 'too many new' | 'over the limit' {
  const capacity = 2 * limit;
  const slots = scratch.allocateZeroed(4 * capacity);
  const distinct = scratch.allocate(8 * limit);
  let entries = 0;
  let seen = 0;
  forSlices(count, (from, rows) => {
    // Once the limit is passed the last answer stays.
    if (entries < 0) return;
    const at = values + 8 * from;
    entries = kernel.exports.encodeValues(at, rows, slots, capacity, distinct, entries, limit, codes + 4 * from);
    seen = from + rows;
    if (2 * entries > seen) entries = -2;
  });
  if (entries >= 0) return { entries, distinct };
  return entries === -2 || 2 * limit >= seen ? 'too many new' : 'over the limit';
}
