/** What the module exports of `assembly/scan`: text to blocks. */
export interface ScanExports {
  /**
   * Begins anew, without keys and templates; `setFields(fields)` comes before. Records of more than `maxRecordBytes` are
   * PUNTs.
   */
  scanSetup(fields: number, maxRecordBytes: number): void;
  /**
   * Adds a key below a node, -1 for the record itself, and returns its node; all keys before the first block. `at` and
   * `length` are the key's UTF-8 bytes. `field` is the field whose spans its values become, -1 when it only leads to nested
   * keys. The same key twice is the same node.
   */
  addKey(parent: number, at: number, length: number, field: number): number;
  /**
   * Cuts up to BLOCK_ROWS records out of the text [at, end) into the block (see `assembly/block.ts`). Returns the address
   * behind the last line that was consumed, `at` when there is no whole line. Only lines that an LF ends are whole. Writes an
   * LF at `end`; SLACK bytes behind `end` must be readable. Blank lines are consumed and take no row, so that a block may
   * have none. Strings that had escapes stay valid until the next block.
   */
  scanBlock(at: number, end: number): number;
  /** Templates in use, at most 8. */
  templateCount(): number;
  /** Rows that no template could read, since `scanSetup`. */
  slowRows(): number;
}
