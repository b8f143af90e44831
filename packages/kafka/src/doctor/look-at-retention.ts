import { HourmillError, isoMillis } from '@hourmill/core';
import { readRetention } from '../plan/topic-retention.ts';
import type { DoctorSession } from './doctor-session.ts';
import { durationText } from './duration-text.ts';

/** Whether the window is still kept, and how long it will be. @throws HM_INPUT_006 when retention by age has reached it */
export async function lookAtRetention(session: DoctorSession, signal: AbortSignal): Promise<string> {
  const { client, topic, clock } = session;
  const { fromMs } = session.window;
  const { maxAgeMs, maxBytes, deletes } = await readRetention(client, topic, signal);
  if (!deletes) return 'compacted only: older records of a key are gaps, nothing is removed for its age';
  const bySize =
    maxBytes === null
      ? ''
      : `; retention.bytes=${maxBytes} of each partition may remove it earlier, and then a run cannot tell whether it did`;
  if (maxAgeMs === null) return `nothing is removed for its age${bySize}`;
  const leftMs = fromMs + maxAgeMs - clock.now();
  const first = `the first record of the previous hour's window, ${isoMillis(fromMs)}`;
  if (leftMs > 0) return `${first}, is kept for ${durationText(leftMs)} more (retention.ms=${maxAgeMs})${bySize}`;
  throw new HourmillError(
    'HM_INPUT_006',
    `${first}, is older than retention.ms=${maxAgeMs} and may be gone: raise it to more than hour, window and schedule.delay together`,
    { context: { topic } },
  );
}
