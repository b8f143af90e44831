// What the host calls of this folder.
import { plantKey, plantTree, setField } from './key-tree';
import { forgetKafkaFields } from '../kafka/kafka-fields';
import { prepareScan } from './scan-block';

export { slowRows } from './read-rows';
export { scanBlock } from './scan-block';
export { templateCount } from './templates';

/** Begins anew, without keys and templates. `fields` as given to `setFields`. */
export function scanSetup(fields: i32, maxRecordBytes: i32): void {
  plantTree();
  forgetKafkaFields();
  prepareScan(maxRecordBytes);
}

/**
 * Adds a key below a node, -1 for the record itself; returns its node. Of the same key twice,
 * the field that is not -1 counts.
 */
export function addKey(parent: i32, at: usize, length: i32, field: i32): i32 {
  const node = plantKey(<u32>(parent + 2), at, length);
  if (field >= 0) setField(node, field);
  return <i32>node - 2;
}
