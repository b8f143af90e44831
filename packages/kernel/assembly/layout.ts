// Sizes, kinds and flags that several operators share. What lies where in a block, a batch or a group row is said in
// block.ts, batch.ts and group-row.ts; nothing else does offset arithmetic on them.

/** Rows of a block: the unit that scan and value operators work on. Its text and columns stay in the L1 and L2 caches. */
export const BLOCK_ROWS: i32 = 128;

/** Rows of a batch: the unit that is decided and aggregated. A batch belongs to one split. */
export const BATCH_ROWS: i32 = 8192;

/**
 * So many bytes behind the end of a text, an arena or a heap can be read without a trap or a check. Behind a text they can be
 * written too, and scanning does so.
 */
export const SLACK: usize = 256;

// What a field of a record is: the upper four bits of the second word of a span, above 28 bits of length.
export const ABSENT: u32 = 0;
/** The text between the quotes, unescaped, valid UTF-8. */
export const STRING: u32 = 1;
/** A text of JSON's number grammar. */
export const NUMBER: u32 = 2;
export const TRUE: u32 = 3;
export const FALSE: u32 = 4;
export const NULL: u32 = 5;
/** The whole text with its braces or brackets, valid JSON. */
export const OBJECT: u32 = 6;
export const LIST: u32 = 7;

export const KIND_SHIFT: u32 = 28;
export const LENGTH_MASK: u32 = 0x0fffffff;

// What is known of a row beyond its values; 0 is a candidate. Judged in this order.
/** The kernel cannot or need not judge this record: the host does, from its text, and fills in the columns if it is good. */
export const PUNT: u8 = 1;
/** Its time lies outside the chunk being built. */
export const STRAY: u8 = 2;
/** The filter is false or null. */
export const FILTERED: u8 = 4;
