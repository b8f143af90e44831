import type { Kernel } from '@hourmill/kernel';
import type { RowGroup } from '../rows/row-group.ts';
import { comparableRanks } from './shared-ranks.ts';

interface Dimension {
  readonly left: Uint32Array;
  readonly right: Uint32Array;
  /** What the ranks are in the order of both. */
  readonly leftOrder: Uint32Array;
  readonly rightOrder: Uint32Array;
}

/** The order of parts: by time, then by the dimensions, nulls first. Compares rows of two groups. */
export class Order {
  readonly left: RowGroup;
  readonly right: RowGroup;
  readonly #leftTimes: Float64Array;
  readonly #rightTimes: Float64Array;
  readonly #dimensions: readonly Dimension[];

  constructor(kernel: Kernel, left: RowGroup, right: RowGroup) {
    this.left = left;
    this.right = right;
    this.#leftTimes = left.times;
    this.#rightTimes = right.times;
    this.#dimensions = left.dimensions.map(({ ranks, block }, index) => {
      const other = right.dimensions[index] as (typeof right.dimensions)[number];
      const [leftOrder, rightOrder] = comparableRanks(kernel, [block, other.block]) as [Uint32Array, Uint32Array];
      return { left: ranks, right: other.ranks, leftOrder, rightOrder };
    });
  }

  /** Below, at or above 0 as row `left` of the one stands before, at or behind row `right` of the other. */
  compare(left: number, right: number): number {
    const apart = (this.#leftTimes[left] as number) - (this.#rightTimes[right] as number);
    if (apart !== 0) return apart;
    const dimensions = this.#dimensions;
    for (let index = 0; index < dimensions.length; index++) {
      const dimension = dimensions[index] as Dimension;
      const a = dimension.leftOrder[dimension.left[left] as number] as number;
      const b = dimension.rightOrder[dimension.right[right] as number] as number;
      if (a !== b) return a - b;
    }
    return 0;
  }
}
