export { type Clock, systemClock, systemTimers, type Timers } from './clock.ts';
export { collisionBound } from './collision-bound.ts';
export { addCounts, type Counts, checkCounts, NO_COUNTS } from './counts.ts';
export { HourmillError, type HourmillErrorOptions, InvariantError, invariant, isHourmillError } from './error.ts';
export { ERROR_CODES, type ErrorCode, type RejectReason } from './error-codes.ts';
export { addGaps, type Gaps, NO_GAPS, sumOfGaps } from './gaps.ts';
export { checkTransition, HOUR_STATES, type HourState, hasManifest, isOpen, mayFollow } from './hour-state.ts';
export { newRunId, sha256 } from './ids.ts';
export type { LateFile, LateReference, LateRules, OwnInput } from './late.ts';
export type { LedgerEntry, NewLedgerEntry, Overrides } from './ledger-entry.ts';
export { type Logger, silentLogger } from './logger.ts';
export {
  decodeManifest,
  decodeVersioned,
  encodeManifest,
  type Generation,
  type KeyIdentity,
  type Manifest,
  type PartColumn,
  type PartFile,
  type RejectsFile,
  type SidecarFile,
  type StageOneResult,
} from './manifest.ts';
export {
  type Compression,
  type KafkaRange,
  type KafkaSplit,
  type LookbackHour,
  type Loss,
  type ObjectSplit,
  objectSplit,
  offsetsOf,
  type Plan,
  type Split,
} from './plan.ts';
export type { Engine, EngineProgress, LateRequest, SidecarRequest, StageOneRequest } from './ports/engine.ts';
export type { HandOver, Indexer, IndexOptions, IndexProgress, TaskOutcome } from './ports/indexer.ts';
export type { KnownKeys } from './ports/known-keys.ts';
export type { Ledger } from './ports/ledger.ts';
export type { Leftover, ObjectInfo, ObjectLocation, ObjectStore } from './ports/object-store.ts';
export type { AbortedTransaction, RecordSet, RecordSetReader } from './ports/record-sets.ts';
export type { MergedRollUp, MergeRequest, RollUpMerger, StoredRollUp } from './ports/roll-up-merger.ts';
export type { Listing, ObjectListing, ObjectSource, Source, SourceCheck } from './ports/source.ts';
export type {
  KafkaOpener,
  ObjectOpener,
  SplitOpener,
  SplitOpenerModule,
  SplitReader,
  WorkerModule,
} from './ports/split-reader.ts';
export { type RetryOptions, retry } from './retry.ts';
export type { ReportedError, RunReport, ServedNumbers, Sums } from './run-report.ts';
export { Secret } from './secret.ts';
export {
  accumulatorsKey,
  doctorPrefix,
  fingerprintsKey,
  hoursRoot,
  lateHourOf,
  lateKey,
  latePrefix,
  lateRoot,
  ledgerKey,
  ledgerPrefix,
  ledgerRoot,
  MANIFEST_FILE,
  parseLateKey,
  parseRunKey,
  partKey,
  REJECTS_FILE,
  runPrefix,
} from './store-layout.ts';
export {
  chunkAt,
  chunkFolder,
  chunksBetween,
  isoInterval,
  isoMillis,
  type Millis,
  parseChunkStart,
  QUERY_GRANULARITIES,
  type QueryGranularity,
  SEGMENT_GRANULARITIES,
  type SegmentGranularity,
  type TimeChunk,
} from './time-chunk.ts';
export { HOURMILL_VERSION } from './version.ts';
