import type { KafkaSplit } from '@hourmill/core';

/** Whether records of transactions that are open or aborted are seen (KIP-98). */
export type Isolation = KafkaSplit['isolation'];

export function isolationLevel(isolation: Isolation): number {
  return isolation === 'read_committed' ? 1 : 0;
}
