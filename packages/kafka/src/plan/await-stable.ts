import { type Clock, HourmillError, type KafkaRange } from '@hourmill/core';
import type { TopicLog } from './topic-log.ts';

export interface AwaitStableOptions {
  readonly clock: Clock;
  /** How long open transactions are waited for. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 2_000;

/**
 * Returns once no transaction is open inside any of the ranges: then every reader sees the same records of them, for ever.
 * @throws HM_INPUT_010 at the deadline, with partition and offset; the signal's reason once it is aborted
 */
export async function awaitStable(
  log: TopicLog,
  ranges: readonly KafkaRange[],
  { clock, deadlineMs, signal }: AwaitStableOptions,
): Promise<void> {
  const endMs = clock.now() + deadlineMs;
  let open = ranges.filter(({ startOffset, endOffset }) => startOffset < endOffset);
  for (let pauseMs = FIRST_PAUSE_MS; open.length > 0; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
    const partitions = open.map(({ partition }) => partition);
    const stable = await log.offsets({ at: 'stable end' }, partitions, signal);
    const stableEnd = ({ partition }: KafkaRange): number => stable.get(partition) ?? 0;
    open = open.filter((range) => stableEnd(range) < range.endOffset);
    const [first] = open;
    if (first === undefined) return;
    if (clock.now() + pauseMs > endMs) throw stillOpen(first, stableEnd(first), deadlineMs);
    await clock.sleep(pauseMs, signal);
  }
}

function stillOpen({ topic, partition, endOffset }: KafkaRange, stableEnd: number, deadlineMs: number): HourmillError {
  const place = `${topic}/${partition}`;
  return new HourmillError(
    'HM_INPUT_010',
    `a transaction that began at offset ${stableEnd} of ${place} is still open after ${deadlineMs / 1000} s, below offset ` +
      `${endOffset} where the hour ends; run again once its producer has ended it, or the broker has after its timeout`,
    { context: { topic, partition, offset: stableEnd } },
  );
}
