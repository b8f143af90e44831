import { HourmillError, isHourmillError } from '@hourmill/core';
import { LATEST } from '../protocol/list-offsets.ts';
import type { DoctorSession } from './doctor-session.ts';

/** Read includes Describe, DescribeConfigs stands by itself (https://kafka.apache.org/documentation/#operations_in_kafka). */
const PURPOSES = {
  Read: 'to read the records',
  DescribeConfigs: 'to tell whether retention has removed records of the hour',
} as const;

/** What ACLs must allow. All that are missing are named at once. @throws HM_INPUT_004 */
export async function lookAtAccess(session: DoctorSession, signal: AbortSignal): Promise<string> {
  const { client, topic } = session;
  const missing: (keyof typeof PURPOSES)[] = [];
  if (!(await isAllowed(() => readLittle(session, signal)))) missing.push('Read');
  if (!(await isAllowed(() => client.topicSettings(topic, ['retention.ms'], signal)))) missing.push('DescribeConfigs');
  if (missing.length === 0) return `Read, Describe and DescribeConfigs on Topic:${topic}`;
  const acls = missing.map((operation) => `${operation} on Topic:${topic} (${PURPOSES[operation]})`).join(', ');
  throw new HourmillError('HM_INPUT_004', `ACLs are missing for ${userText(session)}: ${acls}`, { context: { topic } });
}

async function readLittle({ client, topic }: DoctorSession, signal: AbortSignal): Promise<void> {
  const { topicId, partitions } = await client.topic(topic, signal);
  const partition = partitions.find(({ leader }) => leader >= 0)?.partition;
  if (partition === undefined) return;
  const isolation = 'read_uncommitted';
  const [end] = await client.offsets(topic, [{ partition, timestamp: LATEST }], { isolation, signal });
  const query = { isolation, topic, topicId, partition, offset: end?.offset ?? 0, maxBytes: 1, maxWaitMs: 0 } as const;
  await client.fetchOnce(query, { signal });
}

async function isAllowed(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if (isHourmillError(error, 'HM_INPUT_004')) return false;
    throw error;
  }
}

function userText({ connection: { sasl } }: DoctorSession): string {
  return sasl === null || sasl.mechanism === 'OAUTHBEARER' ? 'this client' : `User:${sasl.username}`;
}
