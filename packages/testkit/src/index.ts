export {
  HOSTILE_HOUR_MS,
  HOSTILE_PROGRAM,
  hostileEvent,
  hostileFile,
  hostileProgram,
  sampleHostileFile,
} from './events/hostile-events.ts';
export type { Failpoint, StoreCall } from './failpoint.ts';
export { FixedEngine } from './fixed-engine.ts';
export { type LedgerUnderTest, ledgerConformance, newLedgerEntry } from './ledger-conformance.ts';
export { type IndexerFailpoint, MemoryIndexer } from './memory-indexer.ts';
export { type MemoryObjectStore, type MemoryObjects, memoryObjectStore } from './memory-object-store.ts';
export { objectStoreConformance, type StoreUnderTest } from './object-store-conformance.ts';
export { type SourceUnderTest, sourceConformance } from './source-conformance.ts';
