import { type ErrorCode, HourmillError } from '@hourmill/core';
import type { S3Failure, S3FailureKind } from './s3-failure.ts';

/** Where something failed. */
export interface InputPlace {
  readonly bucket: string;
  /** `s3://bucket/prefix`, for people. */
  readonly place: string;
}

/** What a failure of S3 means for input that is listed or read. */
export function toInputError(
  { kind, detail }: S3Failure,
  cause: unknown,
  { bucket, place }: InputPlace,
): HourmillError {
  const { code, advice } = MEANING[kind];
  return new HourmillError(code, `${place}: ${detail}; ${advice}`, { context: { bucket }, cause });
}

const CHANGED = {
  code: 'HM_INPUT_002',
  advice: 'an object changed or vanished after it was planned, run again',
} as const;
const IN_PASSING = { code: 'HM_INPUT_005', advice: 'try again later' } as const;
const MEANING: Readonly<Record<S3FailureKind, { code: ErrorCode; advice: string }>> = {
  missing: CHANGED,
  precondition: CHANGED,
  range: CHANGED,
  'no-bucket': { code: 'HM_INPUT_001', advice: 'create the bucket, or correct its name' },
  refused: { code: 'HM_INPUT_004', advice: 'check the credentials, their permissions and the region' },
  conflict: IN_PASSING,
  unanswered: IN_PASSING,
};
