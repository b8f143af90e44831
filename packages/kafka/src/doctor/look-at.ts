import type { Looks } from './kafka-checks.ts';
import { lookAtAccess } from './look-at-access.ts';
import { lookAtBrokers, lookAtVersions } from './look-at-brokers.ts';
import { lookAtClock } from './look-at-clock.ts';
import { lookAtInput } from './look-at-input.ts';
import { lookAtRetention } from './look-at-retention.ts';
import { lookAtTimestamps } from './look-at-timestamps.ts';
import { lookAtTopic } from './look-at-topic.ts';

export const lookAt: Looks = {
  'kafka brokers': lookAtBrokers,
  'kafka versions': lookAtVersions,
  'kafka topic': lookAtTopic,
  'kafka access': lookAtAccess,
  'kafka timestamps': lookAtTimestamps,
  'kafka retention': lookAtRetention,
  'kafka clock': lookAtClock,
  input: lookAtInput,
};
