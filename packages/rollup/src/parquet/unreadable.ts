import { HourmillError } from '@hourmill/core';

/** Of a file that is not what a manifest says it is. Whoever knows the file adds its path. */
export function unreadable(what: string): never {
  throw new HourmillError('HM_LEDGER_004', what);
}
