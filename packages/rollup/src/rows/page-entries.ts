import type { Kernel } from '@hourmill/kernel';
import type { Scratch } from '../kernel/scratch.ts';
import { unreadable } from '../parquet/unreadable.ts';
import type { EntryList } from './rank-entries.ts';

export type SingleType = 'string' | 'long' | 'double';

/** Takes the PLAIN values of pages for entries, where they lie. */
export class PageEntries {
  readonly #kernel: Kernel;
  readonly #scratch: Scratch;
  readonly #type: SingleType;
  #at = 0;
  #room = 0;
  #bytes = 0;
  count = 0;

  constructor(kernel: Kernel, scratch: Scratch, type: SingleType) {
    this.#kernel = kernel;
    this.#scratch = scratch;
    this.#type = type;
  }

  get list(): EntryList {
    return { at: this.#at, count: this.count, bytes: this.#bytes };
  }

  /** @throws HM_LEDGER_004 when there are fewer values in [at, end) */
  add({ at, end }: { readonly at: number; readonly end: number }, count: number): void {
    const { numberEntries, stringEntries } = this.#kernel.exports;
    this.#makeRoom(count);
    const out = this.#at + 8 * this.count;
    if (this.#type === 'string') {
      if (stringEntries(at, end, count, out) === 0) unreadable('a page ends too early');
    } else {
      if (end - at < 8 * count) unreadable('a page ends too early');
      numberEntries(at, count, Number(this.#type === 'double'), out);
    }
    this.count += count;
    this.#bytes += end - at;
  }

  #makeRoom(count: number): void {
    const wanted = this.count + count;
    if (wanted <= this.#room) return;
    this.#room = Math.max(wanted, 2 * this.#room);
    const at = this.#scratch.allocate(8 * this.#room);
    this.#kernel.exports.moveBytes(at, this.#at, 8 * this.count);
    this.#at = at;
  }
}
