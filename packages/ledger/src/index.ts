export { createLedger, type LedgerOptions } from './ledger.ts';
