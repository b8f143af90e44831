// Numbers of the enums in parquet.thrift.

/** `Type`: how a value is stored. */
export const PHYSICAL_TYPE = { INT64: 2, DOUBLE: 5, BYTE_ARRAY: 6 } as const;

/** `FieldRepetitionType`. */
export const REPETITION = { REQUIRED: 0, OPTIONAL: 1, REPEATED: 2 } as const;

/** `ConvertedType`, which older readers know instead of logical types. */
export const CONVERTED_TYPE = { UTF8: 0, LIST: 3, TIMESTAMP_MILLIS: 9 } as const;

/** `Encoding`. */
export const ENCODING = { PLAIN: 0, RLE: 3, RLE_DICTIONARY: 8 } as const;

/** `PageType`. */
export const PAGE_TYPE = { DATA_PAGE: 0, DICTIONARY_PAGE: 2 } as const;

/** `CompressionCodec`. */
export const CODEC = { none: 0, snappy: 1, gzip: 2, zstd: 6 } as const;
