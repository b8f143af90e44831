import { HourmillError } from '@hourmill/core';
import type { DoctorSession } from './doctor-session.ts';

/** The topic is there, and each of its partitions has a leader. @throws HM_INPUT_001, HM_INPUT_004, HM_INPUT_005 */
export async function lookAtTopic({ client, topic }: DoctorSession, signal: AbortSignal): Promise<string> {
  const { topicId, partitions } = await client.topic(topic, signal);
  const numbersOf = (chosen: typeof partitions): string => chosen.map(({ partition }) => partition).join(', ');
  const offline = partitions.filter(({ leader }) => leader < 0);
  if (offline.length > 0) {
    throw new HourmillError(
      'HM_INPUT_005',
      `no leader has partition ${numbersOf(offline)} of ${topic}: start the brokers that hold it`,
      { context: { topic } },
    );
  }
  const behind = partitions.filter(({ replicas, inSyncReplicas }) => inSyncReplicas.length < replicas.length);
  const note = behind.length === 0 ? '' : `; replicas are behind, or away, of partition ${numbersOf(behind)}`;
  return `${topic}, id ${topicId}, ${partitions.length} partition(s), each has a leader${note}`;
}
