/**
 * What the module exports of `assembly/dictionary`. A value is a byte string whose unsigned order, shorter first, is the
 * sort order of the dimension: UTF-8 for strings, see `encode-number.ts` for numbers. A list is, for each element, 0x01 for
 * null, or 0x02, its UTF-8 bytes with each 0x00 written as 0x00 0xff, and 0x00 0x00.
 */
export interface DictionaryExports {
  /** So many dictionaries, all empty; once, before all else. */
  setDictionaries(dimensions: number): void;
  /**
   * The codes of the block's values, written to the open batch for rows without a flag. Sets PUNT where the kernel cannot
   * take the value.
   */
  encodeString(field: number, dimension: number): void;
  encodeLong(field: number, dimension: number): void;
  encodeDouble(field: number, dimension: number): void;
  /** Asks the host's `listCode` for texts that it does not remember. */
  encodeList(field: number, dimension: number): void;
  /** The code (from 1 on) of these bytes, which are added when they are new. 256 bytes behind their end are read. */
  internValue(dimension: number, at: number, length: number): number;
  dictionaryCount(dimension: number): number;
  /** Address u32 and length u32 of each value, by code - 1; valid until a value is added. */
  dictionaryEntries(dimension: number): number;
  /** All dictionaries are empty again, and their memory is given back. No code, and no key of a group, may be in use. */
  emptyDictionaries(): void;
  /** Bytes held by all dictionaries. */
  dictionaryBytes(): number;
}
