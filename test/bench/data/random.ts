/**
 * Marsaglia's xorshift128, seeded anew for each event: event n is a function of n alone, so that files can be written in
 * any order, and a duplicate is the same event written again.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

  seed(n: number): void {
    this.#a = mix(n);
    this.#b = mix(n ^ 0x9e3779b9);
    this.#c = mix(n ^ 0x3c6ef372);
    this.#d = mix(n ^ 0x5851f42d) | 1;
  }

  /** 32 random bits. */
  next(): number {
    const t = this.#a ^ (this.#a << 11);
    this.#a = this.#b;
    this.#b = this.#c;
    this.#c = this.#d;
    this.#d = (this.#d ^ (this.#d >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return this.#d;
  }

  /** 0 to n - 1, all alike. */
  below(n: number): number {
    return this.next() % n;
  }

  /** 0 to n - 1, small numbers oftener: the square of a uniform number. */
  skewedBelow(n: number): number {
    const u = this.next() / 2 ** 32;
    return Math.floor(n * u * u);
  }
}

/** A bijection of 32-bit numbers without visible pattern (the finalizer of murmur3). */
export function mix(n: number): number {
  let x = (n + 0x7f4a7c15) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
