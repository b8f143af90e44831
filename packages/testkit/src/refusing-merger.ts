import { InvariantError, type RollUpMerger } from '@hourmill/core';

/** For tests in which nothing is merged. */
export const refusingMerger: RollUpMerger = {
  merge: async () => {
    throw new InvariantError('nothing is merged in this test');
  },
};
