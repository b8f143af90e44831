import type { ObjectStore } from '@hourmill/core';

export type StoreOperation = Exclude<keyof ObjectStore, 'uri' | 'locate'>;

/** One call of a store, in the order of their beginnings. `key` is the prefix for `list` and empty for `now`. */
export interface StoreCall {
  readonly operation: StoreOperation;
  readonly key: string;
}

/** A place at which a store fails on purpose. */
export interface Failpoint {
  /** Stands in the error's message. */
  readonly name: string;
  /** Default: every operation. */
  readonly operation?: StoreOperation;
  /** The calls whose key matches. Default: every key. */
  readonly key?: RegExp;
  /** Fails at the n-th call that matches, from 1. Default 1. */
  readonly nth?: number;
  /** `before`: nothing happened. `after`: it took effect and the answer was lost. */
  readonly when: 'before' | 'after';
  /** True: as of a process that was killed, every later call fails too and changes nothing. Default false. */
  readonly kills?: boolean;
}

/** Watches the calls of one store and says where it fails. */
export class Failpoints {
  readonly calls: StoreCall[] = [];
  readonly #points: readonly Failpoint[];
  readonly #seen = new Map<Failpoint, number>();
  #killedBy: Failpoint | undefined;

  constructor(points: readonly Failpoint[]) {
    this.#points = points;
  }

  /** Counts a call, and returns the failpoint that it meets. */
  meet(call: StoreCall): Failpoint | undefined {
    this.calls.push(call);
    if (this.#killedBy !== undefined) return { ...this.#killedBy, when: 'before' };
    const met = this.#points.filter((point) => this.#count(point, call));
    this.#killedBy = met.find((point) => point.kills === true);
    return this.#killedBy ?? met[0];
  }

  #count(point: Failpoint, { operation, key }: StoreCall): boolean {
    const isOther = point.operation !== undefined && point.operation !== operation;
    if (isOther || !(point.key?.test(key) ?? true)) return false;
    const seen = (this.#seen.get(point) ?? 0) + 1;
    this.#seen.set(point, seen);
    return seen === (point.nth ?? 1);
  }
}
