/**
 * What an error of the S3 client means, whoever asked.
 *
 * - `missing`: there is no such object. `no-bucket`: nor such a bucket.
 * - `precondition`: `If-Match` or `If-None-Match` does not hold (412).
 * - `conflict`: another write was under way (409, by whatever name: servers differ, and the answer to HEAD has none): try again.
 * - `range`: the object is shorter than the range asked for (416).
 * - `unanswered`: no answer, an answer cut short, or one that says try again (5xx, SlowDown).
 * - `refused`: all else: credentials, permissions, a server that cannot do this.
 */
export type S3FailureKind = 'missing' | 'no-bucket' | 'precondition' | 'conflict' | 'range' | 'unanswered' | 'refused';

export interface S3Failure {
  readonly kind: S3FailureKind;
  /** The server's own words, for people. */
  readonly detail: string;
}

interface S3ErrorFacts {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

// Of S3's error codes ("Error responses" in the S3 API reference) those whose kind the HTTP status does not give.
const KIND_BY_NAME: Readonly<Record<string, S3FailureKind>> = {
  NoSuchBucket: 'no-bucket',
  NoSuchUpload: 'missing',
  BucketAlreadyExists: 'refused',
  RequestTimeout: 'unanswered',
  IncompleteBody: 'unanswered',
  // The client learns the server's time from this answer; the next try is signed with it.
  RequestTimeTooSkewed: 'unanswered',
  TimeoutError: 'unanswered',
  NotImplemented: 'refused',
};

const KIND_BY_STATUS: Readonly<Record<number, S3FailureKind>> = {
  404: 'missing',
  408: 'unanswered',
  409: 'conflict',
  412: 'precondition',
  416: 'range',
  429: 'unanswered',
};

export function toS3Failure(error: unknown): S3Failure {
  const facts = (typeof error === 'object' && error !== null ? error : {}) as S3ErrorFacts;
  const status = facts.$metadata?.httpStatusCode;
  const name = facts.name ?? 'unknown error';
  const code = typeof facts.code === 'string' && facts.code !== name ? ` ${facts.code}` : '';
  const http = status === undefined ? '' : ` (HTTP ${status})`;
  return { kind: kindOf(facts, status), detail: `${name}${code}: ${facts.message || 'no message'}${http}` };
}

function kindOf(facts: S3ErrorFacts, status: number | undefined): S3FailureKind {
  const byName = KIND_BY_NAME[facts.name ?? ''];
  if (byName !== undefined) return byName;
  if (status !== undefined) return KIND_BY_STATUS[status] ?? (status >= 500 ? 'unanswered' : 'refused');
  // Without a status nothing was answered: a system or network error has a code; a wrong argument's begins with ERR_INVALID.
  return typeof facts.code === 'string' && !facts.code.startsWith('ERR_INVALID') ? 'unanswered' : 'refused';
}
