import { type ErrorCode, HourmillError, type SourceCheck } from '@hourmill/core';
import type { DoctorSession } from './doctor-session.ts';

type CheckName = keyof typeof NEEDS;

/** What `hourmill doctor` looks at in a Kafka source, in order, and what each needs to be right before it. */
const NEEDS = {
  'kafka brokers': [],
  'kafka versions': ['kafka brokers'],
  'kafka topic': ['kafka versions'],
  'kafka access': ['kafka versions'],
  'kafka timestamps': ['kafka topic', 'kafka access'],
  'kafka retention': ['kafka topic', 'kafka access'],
  'kafka clock': ['kafka topic', 'kafka access'],
  input: ['kafka topic', 'kafka access'],
} as const satisfies Record<string, readonly string[]>;

/** @param open called once, by the first look; what it loads is not needed before */
export function kafkaChecks(open: () => Promise<DoctorSession>): readonly SourceCheck[] {
  const failures = new Map<CheckName, ErrorCode>();
  let session: Promise<DoctorSession> | undefined;
  const look = async (name: CheckName, signal: AbortSignal): Promise<string> => {
    const missing = NEEDS[name].find((needed) => failures.has(needed));
    if (missing !== undefined) {
      failures.set(name, failures.get(missing) ?? 'HM_RUN_005');
      throw new HourmillError(failures.get(missing) ?? 'HM_RUN_005', `not looked at: first ${missing} must be right`);
    }
    session ??= open();
    const { lookAt } = await import('./look-at.ts');
    try {
      return await lookAt[name](await session, signal);
    } catch (error) {
      failures.set(name, error instanceof HourmillError ? error.code : 'HM_RUN_005');
      throw error;
    }
  };
  return (Object.keys(NEEDS) as CheckName[]).map((name) => ({ name, look: (signal) => look(name, signal) }));
}

/** A look at one thing: see {@link SourceCheck}. */
export type Looks = Readonly<Record<CheckName, (session: DoctorSession, signal: AbortSignal) => Promise<string>>>;
