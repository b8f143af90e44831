import type { Manifest, StoredRollUp } from '@hourmill/core';

/** The roll-up that a manifest names. */
export function storedRollUp({ result, sidecars }: Pick<Manifest, 'result' | 'sidecars'>): StoredRollUp {
  const { columns, parts } = result;
  return { columns, parts, accumulators: sidecars.filter(({ kind }) => kind === 'accumulators') };
}
