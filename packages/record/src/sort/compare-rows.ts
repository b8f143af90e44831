import type { DimensionColumn } from '@hourmill/pipeline';
import type { DimensionValue, Row } from '../judge/row.ts';
import { compareNumbers, compareStringLists, compareUtf8, nullsFirst } from './compare.ts';

/**
 * The order of rows with one time: by the dimensions in the definition's order, nulls first, strings by UTF-8 bytes, lists
 * element by element (a null list before all others). Two groups never compare as equal.
 */
export function compareRows(dimensions: readonly DimensionColumn[]): (a: Row, b: Row) => number {
  return (a, b) => {
    for (const index of dimensions.keys()) {
      const order = compareDimensions(a.dimensions[index] ?? null, b.dimensions[index] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  };
}

const compareDimensions = nullsFirst<NonNullable<DimensionValue>>((a, b) => {
  if (typeof a === 'string' && typeof b === 'string') return compareUtf8(a, b);
  if (typeof a === 'object' && typeof b === 'object') return compareStringLists(a, b);
  // What is left is two longs or two doubles: the values of one column have one type.
  return compareNumbers(a as bigint | number, b as bigint | number);
});
