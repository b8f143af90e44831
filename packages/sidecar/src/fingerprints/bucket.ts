import { type FingerprintDirectory, prefixBytes } from './fingerprint-file.ts';
import { KEY_BYTES, viewOf } from './key-bytes.ts';

/** The stored keys of one bucket. */
export class Bucket {
  readonly #view: DataView;
  readonly #suffixBytes: number;
  readonly #prefixBits: number;
  /** The bytes of h1 that are not stored, in their place in its upper half. */
  readonly #prefix: number;

  /** @param bytes whole and checked; not copied */
  constructor({ layout, index }: Pick<FingerprintDirectory, 'layout' | 'index'>, bucket: number, bytes: Uint8Array) {
    this.#view = viewOf(bytes);
    this.#suffixBytes = layout.suffixBytes;
    this.#prefixBits = prefixBytes(layout) * 8;
    const bits = layout.fileBits + layout.bucketBits;
    const top = bits === 0 ? 0 : (index * 2 ** layout.bucketBits + bucket) * 2 ** (32 - bits);
    this.#prefix = this.#prefixBits === 0 ? 0 : (top >>> (32 - this.#prefixBits)) * 2 ** (32 - this.#prefixBits);
  }

  get keys(): number {
    return this.#view.byteLength / this.#suffixBytes;
  }

  /** Writes the keys as 16 bytes each, h1 then h2, little-endian. */
  decode(to: DataView, at: number): void {
    const view = this.#view;
    const [prefix, prefixBits, suffixBytes] = [this.#prefix, this.#prefixBits, this.#suffixBytes];
    const end = view.byteLength;
    for (let from = 0, place = at; from < end; from += suffixBytes, place += KEY_BYTES) {
      // The last twelve bytes are stored whole.
      const rest = from + suffixBytes - 12;
      to.setUint32(place, view.getUint32(rest), true);
      to.setUint32(place + 4, prefix + (view.getUint32(from) >>> prefixBits), true);
      to.setUint32(place + 8, view.getUint32(rest + 8), true);
      to.setUint32(place + 12, view.getUint32(rest + 4), true);
    }
  }

  /** Whether the key at this place of sorted keys is one of these. */
  has(keys: DataView, at: number): boolean {
    let [low, high] = [0, this.keys];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, keys, at);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return false;
  }

  #compare(index: number, keys: DataView, at: number): number {
    return (
      this.#high(index) - keys.getUint32(at + 4, true) ||
      this.#word(index, 1) - keys.getUint32(at, true) ||
      this.#word(index, 2) - keys.getUint32(at + 12, true) ||
      this.#word(index, 3) - keys.getUint32(at + 8, true)
    );
  }

  /** Bytes 0 to 3 of the key's 16 as a number. */
  #high(index: number): number {
    const stored = this.#view.getUint32(index * this.#suffixBytes);
    return this.#prefix + (stored >>> this.#prefixBits);
  }

  /** The n-th four bytes of the key's 16 as a number, n > 0. */
  #word(index: number, n: number): number {
    return this.#view.getUint32(index * this.#suffixBytes + n * 4 - this.#prefixBits / 8);
  }
}
