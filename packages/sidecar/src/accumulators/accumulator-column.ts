import type { AccumulatorColumn } from './accumulators-file.ts';
import { decodeSum, encodeSum } from './sum.ts';

/** Exact sums in units of 2^-1074, row by row, as a column of a file. */
export function accumulatorColumn(sums: readonly (bigint | null)[]): AccumulatorColumn {
  const encoded = sums.map(encodeSum);
  return { lengths: Uint16Array.from(encoded, ({ length }) => length), values: Buffer.concat(encoded) };
}

/** @throws HM_LEDGER_004 for values that are no exact sums */
export function sumsOf({ lengths, values }: AccumulatorColumn): (bigint | null)[] {
  let at = 0;
  return Array.from(lengths, (length) => {
    at += length;
    return decodeSum(values.subarray(at - length, at));
  });
}
