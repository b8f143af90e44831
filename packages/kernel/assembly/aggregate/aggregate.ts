// Adds kept rows to the groups of this worker. Reads the columns of a batch, writes the group rows (group-row.ts).
//
// Invariants: there is one row for each different (bucket, codes) that was added; sums are exact, so that neither the order of
// rows nor the worker that adds them shows in a result.
//
// 24-26 ns a row with 143,000 groups, three dimensions and five metrics, when the buckets and codes leave few combinations
// (direct-slots.ts), else 50; 9 more with missing values.
import { dimensionCount } from '../batch';
import { keyWordsOf } from '../group-row';
import { addMetrics } from './add-metrics';
import { closeDirect, directBytes, directFits, directSlots, openDirect } from './direct-slots';
import { findDirect } from './find-direct';
import { findGroups } from './find-groups';
import { closeRows, countedRowBytes, openRows, reserveRows } from './group-rows';
import { closeSlots, growSlots, hasRoom, openSlots, slotBytes } from './group-slots';
import { adoptLayout, closeKeyLayout, groupKeyLayout, layoutFits, openKeyLayout, planLayout } from './key-layout';
import { closeKeys, GROUP, openKeys, packKeys } from './pack-keys';
import { repackRows } from './repack';
import { closeWide, wideBytes } from './wide-sums';

/** No groups; codes in the bucket column are below `buckets`. Once dictionaries, the shape of batches and metrics are set. */
export function aggregateSetup(buckets: f64): void {
  aggregateRelease();
  openKeyLayout(buckets);
  const keyWords = keyWordsOf(groupKeyLayout());
  openKeys(keyWords);
  openRows(keyWords);
  openSlots();
}

/** Gives back all memory of the groups. */
export function aggregateRelease(): void {
  closeKeyLayout();
  closeKeys();
  closeSlots();
  closeDirect();
  closeRows();
  closeWide();
}

/** Bytes in use by slots, rows and wide sums. */
export function groupBytes(): f64 {
  return slotBytes() + directBytes() + countedRowBytes() + wideBytes();
}

/** Adds these rows (u32 each) of the batch to their groups. */
export function aggregate(batch: usize, selection: usize, rows: i32): void {
  if (rows == 0) return;
  fitCodes();
  const keyWords = keyWordsOf(groupKeyLayout());
  for (let from = 0; from < rows; from += GROUP) {
    const left = rows - from;
    const count = left < GROUP ? left : GROUP;
    const part = selection + 4 * <usize>from;
    findRows(batch, part, count);
    addMetrics(batch, part, count, keyWords);
  }
}

/** To be called when values may have been added to the dictionaries, before {@link findRows}. */
export function fitCodes(): void {
  if (!layoutFits()) changeLayout();
  if (directSlots) if (!directFits()) growIndex(keyWordsOf(groupKeyLayout()));
}

/** The group rows of up to GROUP rows of the batch (u32 each), to `groupOf`; rows of new groups are appended. */
export function findRows(batch: usize, selection: usize, count: i32): void {
  const keyWords = keyWordsOf(groupKeyLayout());
  reserveRows(<u32>count);
  if (directSlots == 0) if (!hasRoom(<u32>count)) growIndex(keyWords);
  if (directSlots) {
    findDirect(batch, selection, count);
  } else {
    packKeys(batch, selection, count, groupKeyLayout(), 1 + dimensionCount);
    findGroups(count, keyWords);
  }
}

/** A dictionary has outgrown its field: all keys are packed again, into a wider layout. */
function changeLayout(): void {
  const next = planLayout();
  const keyWords = keyWordsOf(next);
  repackRows(groupKeyLayout(), next, 1 + dimensionCount);
  adoptLayout();
  openKeys(keyWords);
  if (directSlots == 0) growSlots(GROUP, keyWords);
}

/** Of all groups, for more of them or for more codes: by the array if that is worth it, else by slots. */
function growIndex(keyWords: i32): void {
  if (openDirect()) closeSlots();
  else growSlots(GROUP, keyWords);
}
