export {
  type BuildInput,
  type BuildOptions,
  type Built,
  buildFiles,
  buildPaths,
} from './engines/build.ts';
export { type ConformanceOptions, engineConformance } from './engines/engine-conformance.ts';
export type { EngineSettings, EngineUnderTest } from './engines/engine-under-test.ts';
export { at, dimension, lines, metrics, multiValue, PLAIN_PROGRAM, TEST_HOUR } from './engines/event-texts.ts';
export { firstDifference, type Outcome, outcomeOf } from './engines/first-difference.ts';
export { type InputFile, withInputFiles } from './engines/input-files.ts';
export type { MergerUnderTest } from './engines/merge.ts';
export { type MergerConformanceOptions, rollUpMergerConformance } from './engines/merger-conformance.ts';
export { type PartRow, readPart } from './engines/part-rows.ts';
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
export { type ComparedEngines, compareEngines, differenceIn } from './fuzz/compare-engines.ts';
export { type FuzzCase, type FuzzFile, type FuzzSizes, fuzzCase, inputFile } from './fuzz/fuzz-case.ts';
export { type FuzzOptions, fuzzEngines } from './fuzz/fuzz-engines.ts';
export { Random } from './fuzz/random.ts';
export { type LedgerUnderTest, ledgerConformance, newLedgerEntry } from './ledger-conformance.ts';
export { type IndexerFailpoint, MemoryIndexer } from './memory-indexer.ts';
export { type MemoryObjectStore, type MemoryObjects, memoryObjectStore } from './memory-object-store.ts';
export { objectStoreConformance, type StoreUnderTest } from './object-store-conformance.ts';
export { refusingMerger } from './refusing-merger.ts';
export { type SourceUnderTest, sourceConformance } from './source-conformance.ts';
