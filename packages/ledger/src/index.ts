export { createLedger, type LedgerOptions } from './ledger.ts';
export { type ProofOptions, proveStore } from './prove-store.ts';
