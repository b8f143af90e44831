/**
 * Writes the types of Kafka's protocol, the compact ones of flexible versions (KIP-482) where there are two.
 * https://kafka.apache.org/protocol#protocol_types
 */
export class WireWriter {
  #buffer = Buffer.allocUnsafe(512);
  #length = 0;

  int8(value: number): void {
    this.#length = this.#room(1).writeInt8(value, this.#length);
  }

  int16(value: number): void {
    this.#length = this.#room(2).writeInt16BE(value, this.#length);
  }

  int32(value: number): void {
    this.#length = this.#room(4).writeInt32BE(value, this.#length);
  }

  /** @param value up to 2^53 */
  int64(value: number): void {
    this.#length = this.#room(8).writeBigInt64BE(BigInt(value), this.#length);
  }

  boolean(value: boolean): void {
    this.int8(value ? 1 : 0);
  }

  unsignedVarint(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#length = this.#room(1).writeUInt8((rest & 0x7f) | 0x80, this.#length);
    this.#length = this.#room(1).writeUInt8(rest, this.#length);
  }

  /** NULLABLE_STRING, which headers of requests have even in flexible versions. */
  string(text: string): void {
    this.int16(Buffer.byteLength(text));
    this.#text(text);
  }

  compactString(text: string | null): void {
    this.unsignedVarint(text === null ? 0 : Buffer.byteLength(text) + 1);
    if (text !== null) this.#text(text);
  }

  /** @param uuid as {@link uuidText} gives it */
  uuid(uuid: string): void {
    this.#length += Buffer.from(uuid, 'base64url').copy(this.#room(16), this.#length);
  }

  compactArray<T>(items: readonly T[] | null, write: (item: T) => void): void {
    this.unsignedVarint(items === null ? 0 : items.length + 1);
    items?.forEach((item) => {
      write(item);
    });
  }

  /** The end of each structure of a flexible version. */
  noTags(): void {
    this.unsignedVarint(0);
  }

  /** What was written. Not for more than one use: it is not copied. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #text(text: string): void {
    this.#length += this.#room(Buffer.byteLength(text)).write(text, this.#length);
  }

  #room(bytes: number): Buffer {
    if (this.#length + bytes > this.#buffer.length) {
      this.#buffer = Buffer.concat([this.#buffer], 2 * (this.#buffer.length + bytes));
    }
    return this.#buffer;
  }
}
