import type { DoctorSession } from './doctor-session.ts';
import { durationText } from './duration-text.ts';

/** The longest that Kafka can say. */
const NO_LIMIT = '9223372036854775807';

/** Whose times the records carry, and what that means for the plan of an hour. */
export async function lookAtTimestamps({ client, topic }: DoctorSession, signal: AbortSignal): Promise<string> {
  const keys = ['message.timestamp.type', 'message.timestamp.after.max.ms'] as const;
  const settings = await client.topicSettings(topic, keys, signal);
  if (settings['message.timestamp.type'] === 'LogAppendTime') {
    return 'LogAppendTime: brokers stamp the records, times never fall, so the offsets of an hour are exact';
  }
  const ahead = settings['message.timestamp.after.max.ms'];
  const reach =
    ahead === null || ahead === NO_LIMIT
      ? 'nothing bounds how far ahead (message.timestamp.after.max.ms)'
      : `at most ${durationText(Number(ahead))} ahead (message.timestamp.after.max.ms)`;
  return (
    'CreateTime: producers stamp the records, so times may come in any order; the plan looks behind the first late one for ' +
    `more of the hour, and a record stamped ahead, ${reach}, makes later hours read from there on`
  );
}
