/** Longer pieces are copied by one call, shorter ones byte by byte, which is faster for a few bytes. */
const COPY_BY_CALL = 40;

const ZERO = 48;
const LETTER_A = 97;

/** Bytes under construction: JSON text is put together from encoded pieces and digits, without strings in between. */
export class LineBuffer {
  readonly bytes: Buffer;
  length = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
  }

  put(piece: Uint8Array): void {
    const { bytes } = this;
    const at = this.length;
    this.length += piece.length;
    if (piece.length > COPY_BY_CALL) {
      bytes.set(piece, at);
      return;
    }
    for (let i = 0; i < piece.length; i++) bytes[at + i] = piece[i] ?? 0;
  }

  /** A whole number in decimal. */
  whole(value: number): void {
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    this.padded(value, digits);
  }

  /** A whole number in decimal, with zeros in front up to `digits`. */
  padded(value: number, digits: number): void {
    let rest = value;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const shorter = Math.floor(rest / 10);
      this.bytes[at] = ZERO + rest - shorter * 10;
      rest = shorter;
    }
    this.length += digits;
  }

  /** `tenThousandths` / 10000 as JSON writes it: no zeros at the end, no point without a fraction. */
  fraction(tenThousandths: number): void {
    this.whole(Math.floor(tenThousandths / 10_000));
    let fraction = tenThousandths % 10_000;
    if (fraction === 0) return;
    let digits = 4;
    for (; fraction % 10 === 0; fraction /= 10) digits--;
    this.bytes[this.length++] = 46;
    this.padded(fraction, digits);
  }

  /** The low 4 * `digits` bits in hexadecimal. */
  hex(bits: number, digits: number): void {
    for (let shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      const nibble = (bits >>> shift) & 15;
      this.bytes[this.length++] = nibble < 10 ? ZERO + nibble : LETTER_A + nibble - 10;
    }
  }
}
