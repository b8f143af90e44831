/** Types of the compact protocol. */
const TYPE = { TRUE: 1, FALSE: 2, I16: 4, I32: 5, I64: 6, BINARY: 8, LIST: 9, STRUCT: 12 } as const;

const encoder = new TextEncoder();

/**
 * Writes structs in Thrift's compact protocol (thrift-compact-protocol.md), as far as Parquet's metadata needs it. Fields must
 * come in ascending order of their ids. Integers are safe ones.
 */
export class ThriftWriter {
  #bytes = new Uint8Array(256);
  #length = 0;
  #lastField = 0;

  /** The bytes of a whole struct. */
  static encode(write: (thrift: ThriftWriter) => void): Uint8Array {
    const thrift = new ThriftWriter();
    thrift.#struct(() => write(thrift));
    return thrift.#bytes.slice(0, thrift.#length);
  }

  boolean(field: number, value: boolean): void {
    this.#field(field, value ? TYPE.TRUE : TYPE.FALSE);
  }

  i16(field: number, value: number): void {
    this.#field(field, TYPE.I16);
    this.#zigzag(value);
  }

  i32(field: number, value: number): void {
    this.#field(field, TYPE.I32);
    this.#zigzag(value);
  }

  i64(field: number, value: number): void {
    this.#field(field, TYPE.I64);
    this.#zigzag(value);
  }

  binary(field: number, bytes: Uint8Array): void {
    this.#field(field, TYPE.BINARY);
    this.#blob(bytes);
  }

  string(field: number, text: string): void {
    this.binary(field, encoder.encode(text));
  }

  struct(field: number, write: () => void): void {
    this.#field(field, TYPE.STRUCT);
    this.#struct(write);
  }

  /** A struct without fields, as the alternatives of a union often are. */
  emptyStruct(field: number): void {
    this.#field(field, TYPE.STRUCT);
    this.#byte(0);
  }

  structs<T>(field: number, items: readonly T[], write: (item: T, index: number) => void): void {
    this.#list(field, TYPE.STRUCT, items.length);
    items.forEach((item, index) => {
      this.#struct(() => write(item, index));
    });
  }

  i32s(field: number, values: readonly number[]): void {
    this.#list(field, TYPE.I32, values.length);
    for (const value of values) this.#zigzag(value);
  }

  strings(field: number, texts: readonly string[]): void {
    this.#list(field, TYPE.BINARY, texts.length);
    for (const text of texts) this.#blob(encoder.encode(text));
  }

  #struct(write: () => void): void {
    const outer = this.#lastField;
    this.#lastField = 0;
    write();
    this.#byte(0);
    this.#lastField = outer;
  }

  /** Fields are named by their distance from the one before, where that fits into four bits. */
  #field(id: number, type: number): void {
    const delta = id - this.#lastField;
    this.#lastField = id;
    if (delta >= 1 && delta <= 15) {
      this.#byte((delta << 4) | type);
    } else {
      this.#byte(type);
      this.#zigzag(id);
    }
  }

  #list(field: number, type: number, size: number): void {
    this.#field(field, TYPE.LIST);
    if (size < 15) {
      this.#byte((size << 4) | type);
    } else {
      this.#byte(0xf0 | type);
      this.#varint(size);
    }
  }

  #blob(bytes: Uint8Array): void {
    this.#varint(bytes.length);
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #zigzag(value: number): void {
    this.#varint(value >= 0 ? value * 2 : value * -2 - 1);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  #byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const next = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + bytes));
    next.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = next;
  }
}
