import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { unreadable } from './unreadable.ts';

/** A struct of Thrift's compact protocol, by the ids of its fields. Fields that are not there are null. */
export class ThriftStruct {
  readonly #fields: Readonly<Record<string, unknown>>;

  private constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields;
  }

  /**
   * The struct that begins at `offset`, and where it ends.
   * @throws an error of any kind when the bytes are no struct
   */
  static read(bytes: Uint8Array, offset: number): { readonly struct: ThriftStruct; readonly end: number } {
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset };
    const struct = new ThriftStruct(deserializeTCompactProtocol(reader) as Record<string, unknown>);
    return { struct, end: reader.offset };
  }

  /** Of i16, i32 and i64. @throws HM_LEDGER_004 when it is missing */
  number(id: number): number {
    return this.numberOrNull(id) ?? unreadable(`field ${id} of a struct is missing`);
  }

  numberOrNull(id: number): number | null {
    const value = this.#fields[`field_${id}`];
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
  }

  text(id: number): string {
    const value = this.#fields[`field_${id}`];
    return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
  }

  /** @throws HM_LEDGER_004 when it is missing */
  struct(id: number): ThriftStruct {
    const value = this.#fields[`field_${id}`];
    if (!isFields(value)) return unreadable(`struct ${id} of a struct is missing`);
    return new ThriftStruct(value);
  }

  structs(id: number): readonly ThriftStruct[] {
    const value = this.#fields[`field_${id}`];
    return Array.isArray(value) ? value.filter(isFields).map((fields) => new ThriftStruct(fields)) : [];
  }
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
