// The kernel's module: what the host calls, by folder.
export { allocate, allocateZeroed, bytesFree, bytesInUse, bytesLeft, bytesResident, count, moveBytes, release, reserve, setBudget } from './memory';
export { flagsAt, rowEndAt, rowStartAt, rowsOfBlock, setBlockRows, setFields, spanAtOf, spanOfOf, strayTimeAt } from './block';
export {
  advanceBatch,
  batchBytes,
  bucketAt,
  candidateRowAt,
  candidatesAt,
  codeAt,
  fingerprintAt,
  keepAt,
  nullsAt,
  openBatch,
  ownerFingerprintAt,
  ownerRowAt,
  ownerStartAt,
  rowsAt,
  setBatchShape,
  validAt,
  valueAt,
} from './batch';
export { addMetric, keyLayoutBytes, placeKeyFields, rowBytes, setMetricColumns } from './group-row';
export { addOperator, endBlock, flaggedRows, readBlock, readRecords } from './operators';
export * from './scan/exports';
export * from './values/exports';
export * from './filter/exports';
export * from './dictionary/exports';
export * from './decide/exports';
export * from './keys/exports';
export * from './aggregate/exports';
export * from './merge/exports';
export * from './spill/exports';
export * from './pages/exports';
export * from './stored/exports';
export * from './inflate/exports';
export * from './kafka/exports';
