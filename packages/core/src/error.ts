import type { ErrorCode } from './error-codes.ts';
import { ERROR_CODES } from './error-codes.ts';

export type ErrorContext = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface HourmillErrorOptions {
  /** What the error is about: paths, hours, task ids. Never secrets. */
  readonly context?: ErrorContext;
  readonly cause?: unknown;
  /** Overrides the code's own answer to "may the same call succeed later?". */
  readonly retryable?: boolean;
}

/**
 * Every failure that an operator can meet. `code` is stable and documented in error-codes.ts; `message` says what was
 * wrong with which value and what to do. Retry by `retryable`, choose an exit code by `exitCode`, never by the text.
 */
export class HourmillError extends Error {
  override readonly name = 'HourmillError';
  readonly code: ErrorCode;
  readonly context: ErrorContext;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: HourmillErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.context = options.context ?? {};
    this.retryable = options.retryable ?? ERROR_CODES[code].retryable ?? false;
  }

  /** The exit code of DESIGN.md section 7. */
  get exitCode(): number {
    return ERROR_CODES[this.code].exit;
  }
}

/** A bug of ours: a state that the code rules out. Exit code 1. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws an {@link InvariantError} unless `condition` holds. Not for bad input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

export function isHourmillError(error: unknown, code?: ErrorCode): error is HourmillError {
  return error instanceof HourmillError && (code === undefined || error.code === code);
}
