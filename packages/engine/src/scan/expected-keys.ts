import type { Board } from '../exchange/board.ts';
import type { WorkerSetup } from '../worker/setup.ts';

/** Room for a first guess that is a little too low; tables grow, but growing costs time. */
const MARGIN = 1.08;

/** About how many keys one worker will own, if all events differ: from the events in the bytes that were read so far. */
export function expectedKeys({ plan, workers }: WorkerSetup, board: Board): number {
  const totalBytes = plan.splits.reduce((sum, { bytes }) => sum + bytes, 0);
  // A read may fetch far more than the first batch: with these bytes too few keys would be expected.
  const bytes = board.progress('scannedBytes') || board.progress('bytes');
  const events = board.progress('events');
  return bytes === 0 ? 0 : (MARGIN * events * Math.max(1, totalBytes / bytes)) / workers;
}
