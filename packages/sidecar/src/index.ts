export { accumulatorColumn, sumsOf } from './accumulators/accumulator-column.ts';
export {
  type AccumulatorColumn,
  decodeAccumulators,
  encodeAccumulators,
  encodeAccumulatorsAside,
} from './accumulators/accumulators-file.ts';
export { decodeSum, encodeSum } from './accumulators/sum.ts';
export { encodeFingerprintFile, fingerprintBodyAt, sealFingerprintFile } from './fingerprints/fingerprint-file.ts';
export { fingerprintFiles } from './fingerprints/fingerprint-files.ts';
export { fingerprintsOf, keysOf } from './fingerprints/key-bytes.ts';
export { type KeySet, openKeySet } from './fingerprints/key-set.ts';
export { memoryKeys, uniteKeys } from './fingerprints/known-keys.ts';
export { type FingerprintLayout, fingerprintLayout } from './fingerprints/layout.ts';
export { LateLog } from './late/late-log.ts';
export { type LateRow, type MessageText, readLateRows } from './late/late-row.ts';
export { type LateHour, lateHours, lateSource } from './late/late-rules.ts';
export { lateText } from './late/late-text.ts';
