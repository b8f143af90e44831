import { type Compression, HourmillError } from '@hourmill/core';

/** The error for a split whose compressed bytes are damaged or incomplete. */
export function damagedSplit(id: string, compression: Compression, what: string, cause?: unknown): HourmillError {
  return new HourmillError('HM_INPUT_003', `${id} is not a whole ${compression} file: ${what}`, {
    context: { id },
    ...(cause !== undefined && { cause }),
  });
}
