import { unreadable } from './unreadable.ts';

/** Types of the compact protocol. */
const TYPE = {
  TRUE: 1,
  FALSE: 2,
  BYTE: 3,
  I16: 4,
  I32: 5,
  I64: 6,
  DOUBLE: 7,
  BINARY: 8,
  LIST: 9,
  SET: 10,
  STRUCT: 12,
} as const;
/** Metadata of Parquet nests half as deep. */
const MAX_DEPTH = 16;

type Value = number | boolean | Uint8Array | ThriftStruct | readonly Value[];

/**
 * A struct of Thrift's compact protocol (thrift-compact-protocol.md), by the ids of its fields. Fields that are not there are null;
 * integers beyond 2^53 are not exact.
 */
export class ThriftStruct {
  readonly #fields = new Map<number, Value>();

  /** The struct that begins at `offset`, and where it ends. @throws HM_LEDGER_004 when the bytes are none */
  static read(bytes: Uint8Array, offset: number): { readonly struct: ThriftStruct; readonly end: number } {
    const reader = new Reader(bytes, offset);
    return { struct: ThriftStruct.#read(reader, 0), end: reader.offset };
  }

  static #read(reader: Reader, depth: number): ThriftStruct {
    if (depth > MAX_DEPTH) unreadable('its metadata nests too deeply');
    const struct = new ThriftStruct();
    let field = 0;
    for (let byte = reader.byte(); byte !== 0; byte = reader.byte()) {
      field = byte >> 4 === 0 ? reader.zigzag() : field + (byte >> 4);
      struct.#fields.set(field, ThriftStruct.#value(reader, byte & 15, depth));
    }
    return struct;
  }

  static #value(reader: Reader, type: number, depth: number): Value {
    switch (type) {
      case TYPE.TRUE:
      case TYPE.FALSE:
        return type === TYPE.TRUE;
      case TYPE.BYTE:
        return reader.byte();
      case TYPE.I16:
      case TYPE.I32:
      case TYPE.I64:
        return reader.zigzag();
      case TYPE.DOUBLE:
        return reader.bytes(8);
      case TYPE.BINARY:
        return reader.bytes(reader.varint());
      case TYPE.LIST:
      case TYPE.SET:
        return ThriftStruct.#list(reader, depth);
      case TYPE.STRUCT:
        return ThriftStruct.#read(reader, depth + 1);
      default:
        return unreadable(`its metadata has a field of type ${type}`);
    }
  }

  static #list(reader: Reader, depth: number): readonly Value[] {
    const byte = reader.byte();
    const size = byte >> 4 === 15 ? reader.varint() : byte >> 4;
    const type = byte & 15;
    const values: Value[] = [];
    // In lists booleans are bytes.
    const isBoolean = type === TYPE.TRUE || type === TYPE.FALSE;
    while (values.length < size) {
      values.push(isBoolean ? reader.byte() === 1 : ThriftStruct.#value(reader, type, depth + 1));
    }
    return values;
  }

  /** Of i16, i32 and i64. @throws HM_LEDGER_004 when it is missing or negative: no field that is asked for may be */
  number(id: number): number {
    const value = this.numberOrNull(id);
    return value === null || value < 0 ? unreadable(`field ${id} of a struct is ${value}`) : value;
  }

  numberOrNull(id: number): number | null {
    const value = this.#fields.get(id);
    return typeof value === 'number' ? value : null;
  }

  text(id: number): string {
    const value = this.#fields.get(id);
    return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
  }

  /** @throws HM_LEDGER_004 when it is missing */
  struct(id: number): ThriftStruct {
    const value = this.#fields.get(id);
    return value instanceof ThriftStruct ? value : unreadable(`struct ${id} of a struct is missing`);
  }

  structs(id: number): readonly ThriftStruct[] {
    const value = this.#fields.get(id);
    return Array.isArray(value) ? value.filter((item) => item instanceof ThriftStruct) : [];
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  offset: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  byte(): number {
    return this.#bytes[this.offset++] ?? unreadable('its metadata is cut off');
  }

  bytes(length: number): Uint8Array {
    const from = this.offset;
    this.offset += length;
    return this.offset > this.#bytes.length
      ? unreadable('its metadata is cut off')
      : this.#bytes.subarray(from, this.offset);
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
