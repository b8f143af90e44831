import { HourmillError, isoMillis } from '@hourmill/core';
import { openBrokerLog } from '../plan/broker-log.ts';
import { planTopic } from '../plan/plan-topic.ts';
import type { DoctorSession } from './doctor-session.ts';

/** A person waits for the answer. */
const TRANSACTION_DEADLINE_MS = 3_000;

/** The chunk can be planned, and nothing of it is missing. @throws what a run would */
export async function lookAtInput(session: DoctorSession, signal: AbortSignal): Promise<string> {
  const { client, topic, window } = session;
  const log = await openBrokerLog(client, topic, signal);
  const planOptions = { ...session, transactionDeadlineMs: TRANSACTION_DEADLINE_MS, signal };
  const { splits, ranges = [], losses } = await planTopic(log, window, planOptions);
  const [loss, ...more] = losses;
  if (loss !== undefined) {
    const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
    throw new HourmillError(loss.code, `${loss.source}: ${loss.reason}${others}`, { context: { source: loss.source } });
  }
  const offsets = ranges.reduce((sum, { startOffset, endOffset }) => sum + endOffset - startOffset, 0);
  const filled = ranges.filter(({ startOffset, endOffset }) => startOffset < endOffset).length;
  return `record times from ${isoMillis(window.fromMs)} to ${isoMillis(window.toMs)}: ${offsets} offset(s) of ${filled} partition(s), ${splits.length} split(s)`;
}
