import { HourmillError, isoMillis } from '@hourmill/core';
import { MAX_TIMESTAMP } from '../protocol/list-offsets.ts';
import type { DoctorSession } from './doctor-session.ts';
import { durationText } from './duration-text.ts';

/** Clocks that differ more than this make due times doubtful. */
const MAX_AHEAD_MS = 5_000;

/**
 * What can be said of the brokers' clocks. No answer of Kafka carries its time; only records do, with LogAppendTime. The newest of
 * them (ListOffsets, KIP-734) shows a clock that is ahead of ours; of one that is behind nothing can be known without writing.
 */
export async function lookAtClock(session: DoctorSession, signal: AbortSignal): Promise<string> {
  const { client, topic, clock } = session;
  const settings = await client.topicSettings(topic, ['message.timestamp.type'], signal);
  const newestMs = await newestTime(session, signal);
  if (newestMs === null) return 'unknown: the topic is empty, and Kafka tells its time by records alone';
  const differenceMs = newestMs - clock.now();
  const newest = `the newest record is of ${isoMillis(newestMs)}, ${differenceText(differenceMs)} by this machine`;
  if (settings['message.timestamp.type'] !== 'LogAppendTime') {
    return `unknown: Kafka tells its time by records of LogAppendTime alone; by its producer ${newest}`;
  }
  if (differenceMs <= MAX_AHEAD_MS) return `by the broker ${newest}: so its clock is not ahead`;
  throw new HourmillError(
    'HM_RUN_005',
    `by the broker ${newest}: synchronise the clocks of brokers and this machine, or hours are built before they are over`,
  );
}

async function newestTime({ client, topic }: DoctorSession, signal: AbortSignal): Promise<number | null> {
  const { partitions } = await client.topic(topic, signal);
  const queries = partitions.map(({ partition }) => ({ partition, timestamp: MAX_TIMESTAMP }));
  const newest = await client.offsets(topic, queries, { isolation: 'read_uncommitted', signal });
  const times = newest.filter(({ offset }) => offset >= 0).map(({ timestamp }) => timestamp);
  return times.length === 0 ? null : Math.max(...times);
}

function differenceText(differenceMs: number): string {
  return differenceMs > 0 ? `${durationText(differenceMs)} ahead` : `${durationText(-differenceMs)} ago`;
}
