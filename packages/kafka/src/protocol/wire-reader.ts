/**
 * Reads the types of Kafka's protocol, the compact ones of flexible versions (KIP-482) where there are two. Throws a
 * RangeError when the bytes end before.
 */
export class WireReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  int8(): number {
    return this.#buffer.readInt8(this.#skip(1));
  }

  int16(): number {
    return this.#buffer.readInt16BE(this.#skip(2));
  }

  int32(): number {
    return this.#buffer.readInt32BE(this.#skip(4));
  }

  /** As a number: offsets and times stay below 2^53. */
  int64(): number {
    return this.#buffer.readInt32BE(this.#skip(4)) * 2 ** 32 + this.#buffer.readUInt32BE(this.#skip(4));
  }

  bigInt64(): bigint {
    return this.#buffer.readBigInt64BE(this.#skip(8));
  }

  boolean(): boolean {
    return this.int8() !== 0;
  }

  unsignedVarint(): number {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.#buffer.readUInt8(this.#skip(1));
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
      if (shift > 2 ** 28) throw new RangeError('a varint of more than 5 bytes');
    }
  }

  compactString(): string {
    return this.nullableCompactString() ?? '';
  }

  nullableCompactString(): string | null {
    const bytes = this.nullableCompactBytes();
    return bytes === null ? null : bytes.toString('utf8');
  }

  /** A view. */
  nullableCompactBytes(): Buffer | null {
    const length = this.unsignedVarint() - 1;
    if (length < 0) return null;
    const at = this.#skip(length);
    if (this.#at > this.#buffer.length) throw new RangeError(`${length} bytes are not all there`);
    return this.#buffer.subarray(at, this.#at);
  }

  /** See {@link uuidText}. */
  uuid(): string {
    return uuidText(this.#buffer.subarray(this.#skip(16), this.#at));
  }

  /** A null array is an empty one. */
  compactArray<T>(read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.unsignedVarint() - 1; left > 0; left--) items.push(read());
    return items;
  }

  /** The end of each structure of a flexible version. Tags that nobody asks for are skipped, as they are to be. */
  tags(known: (tag: number, reader: WireReader) => void = () => {}): void {
    for (let left = this.unsignedVarint(); left > 0; left--) {
      const tag = this.unsignedVarint();
      const bytes = this.unsignedVarint();
      known(tag, new WireReader(this.#buffer.subarray(this.#skip(bytes), this.#at)));
    }
  }

  #skip(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    return at;
  }
}

/** 22 characters, as Kafka's own tools print topic ids (`org.apache.kafka.common.Uuid`). */
function uuidText(bytes: Buffer): string {
  return bytes.toString('base64url');
}
