/** What the module exports of its memory and of the layouts: `assembly/{memory,block,batch,group-row}.ts`, described there. */
export interface LayoutExports {
  allocate(bytes: number): number;
  allocateZeroed(bytes: number): number;
  release(at: number, bytes: number): void;
  /** Moves bytes within the memory, which may overlap: far faster than `copyWithin`, as the memory is a shared one. */
  moveBytes(to: number, from: number, bytes: number): void;
  reserve(bytes: number): void;
  setBudget(bytes: number): void;
  bytesInUse(): number;
  bytesResident(): number;
  bytesLeft(): number;
  /** What can be counted on of the budget: new pages, and half of what was given back. */
  bytesFree(): number;
  /** Takes bytes outside of the memory from the budget. */
  count(bytes: number): void;

  setFields(count: number): void;
  rowsOfBlock(): number;
  rowStartAt(): number;
  rowEndAt(): number;
  flagsAt(): number;
  strayTimeAt(): number;
  /** For tests of single operators, which write spans themselves. */
  setBlockRows(rows: number): void;
  spanAtOf(field: number): number;
  spanOfOf(field: number): number;

  setBatchShape(dimensions: number, columns: number, withKey: number): void;
  batchBytes(): number;
  openBatch(at: number): void;
  advanceBatch(rows: number): void;
  rowsAt(batch: number): number;
  candidatesAt(batch: number): number;
  nullsAt(batch: number): number;
  ownerStartAt(batch: number): number;
  bucketAt(batch: number): number;
  codeAt(batch: number, dimension: number): number;
  valueAt(batch: number, column: number): number;
  validAt(batch: number, column: number): number;
  candidateRowAt(batch: number): number;
  fingerprintAt(batch: number): number;
  ownerFingerprintAt(batch: number): number;
  ownerRowAt(batch: number): number;
  keepAt(batch: number): number;

  setMetricColumns(columns: number): void;
  addMetric(kind: number, column: number): void;
  rowBytes(keyWords: number): number;
  keyLayoutBytes(fields: number): number;
  placeKeyFields(layout: number, bits: number, fields: number): void;
}
