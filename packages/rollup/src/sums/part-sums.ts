import type { Kernel } from '@hourmill/kernel';
import type { AccumulatorColumn } from '@hourmill/sidecar';
import { Scratch } from '../kernel/scratch.ts';

/** The exact sums of one metric of a part, in the kernel: see its `assembly/stored/exact-sums.ts`. */
export interface SumColumn {
  readonly lengths: number;
  readonly starts: number;
  readonly values: number;
}

/** The exact sums of a part, held until the last of its row groups lets go of them. */
export class PartSums {
  readonly columns: readonly SumColumn[];
  readonly #scratch: Scratch;
  #users: number;

  /** @param users how often {@link release} will be called */
  constructor(kernel: Kernel, columns: readonly AccumulatorColumn[], users: number) {
    this.#scratch = new Scratch(kernel);
    this.#users = users;
    this.columns = columns.map(({ lengths, values }) => {
      const rows = lengths.length;
      const at = this.#scratch.copyIn(new Uint8Array(lengths.buffer, lengths.byteOffset, lengths.byteLength));
      const starts = this.#scratch.allocate(4 * (rows + 1));
      kernel.exports.startsOfSums(at, rows, starts);
      return { lengths: at, starts, values: this.#scratch.copyIn(values) };
    });
  }

  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#scratch[Symbol.dispose]();
  }
}
