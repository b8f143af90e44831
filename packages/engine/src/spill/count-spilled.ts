import { HourmillError } from '@hourmill/core';
import type { Board } from '../exchange/board.ts';
import type { WorkerSetup } from '../worker/setup.ts';
import type { CountSpilled } from './spill-file.ts';

const MIB = 1024 * 1024;

/** Counts one worker's bytes on disk, and sees to it that all workers together stay within `limits.disk`. */
export function countSpilled({ me, options, plan }: WorkerSetup, board: Board): CountSpilled {
  const { diskBytes } = options.limits;
  const totalBytes = plan.splits.reduce((sum, { bytes }) => sum + bytes, 0);
  return (bytes) => {
    board.addSpilled(me, bytes);
    const spilledBytes = board.spilledBytes;
    if (bytes < 0 || spilledBytes <= diskBytes) return;
    const share = Math.min(1, Math.max(1, board.progress('scannedBytes')) / Math.max(1, totalBytes));
    const needBytes = Math.ceil((1.25 * spilledBytes) / share / MIB) * MIB;
    throw new HourmillError(
      'HM_LIMIT_004',
      `the run has put ${Math.ceil(spilledBytes / MIB)} MiB on disk; limits.disk is ${Math.floor(diskBytes / MIB)} MiB, and after ` +
        `${Math.floor(100 * share)} % of the input the run looks as if it needs at least about ${needBytes / MIB} MiB, less with more memory`,
      { context: { diskBytes, spilledBytes, needBytes } },
    );
  };
}
