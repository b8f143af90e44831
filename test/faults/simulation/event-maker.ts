import type { TimeChunk } from '@hourmill/core';
import type { Random } from '@hourmill/testkit';
import { type Event, HOUR_MS, MOST_DIGITS } from './events.ts';

const KEYS = 6;
/** Of which sums are not exact when they are added one by one. */
const PRICES = [0.1, 0.2, 1e17, -1e17, 3] as const;

/** Makes events: with duplicates, and some of them of other hours than the one that they arrive in. */
export class EventMaker {
  readonly #random: Random;
  readonly #strayRate: number;
  readonly #digits = new Map<number, number>();

  constructor(random: Random, strayRate: number) {
    this.#random = random;
    this.#strayRate = strayRate;
  }

  make({ startMs }: TimeChunk): Event[] {
    const count = this.#random.between(1, 3);
    return Array.from({ length: count }, () => this.#one(startMs)).filter((event) => event !== undefined);
  }

  #one(arrivedMs: number): Event | undefined {
    const random = this.#random;
    const isStray = random.chance(this.#strayRate);
    const hourMs = isStray ? arrivedMs + random.pick([-1, -1, -2, -3, 1]) * HOUR_MS : arrivedMs;
    const digit = this.#digits.get(hourMs) ?? 0;
    if (digit >= MOST_DIGITS) return undefined;
    this.#digits.set(hourMs, digit + 1);
    const timeMs = hourMs + random.below(HOUR_MS);
    return { key: `k${random.below(KEYS)}`, timeMs, page: random.pick(['a', 'b']), price: random.pick(PRICES), digit };
  }
}
