import { HourmillError } from '@hourmill/core';
import { fitsLong } from '../values/long.ts';

/** @throws HM_ENGINE_001 when `sum` does not fit into 64 bits; `where` says which sum it is */
export function checkLongSum(sum: bigint, where: () => string): bigint {
  if (fitsLong(sum)) return sum;
  throw new HourmillError('HM_ENGINE_001', `${where()} is ${sum}, which does not fit into 64 bits`);
}
