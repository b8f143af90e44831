import { type ErrorCode, HourmillError, type WorkerModule } from '@hourmill/core';
import type { Stage } from '../worker/stage.ts';

/** Sent before a thread is told what to work on, if at all: the module that it is going to need. */
export interface LoadRequest {
  readonly load: WorkerModule['module'];
}

/** A step that the main thread asks a worker thread for. One at a time. */
export interface StepRequest {
  readonly step: keyof Stage;
  readonly input: unknown;
}

export type StepAnswer =
  | { readonly ok: true; readonly output: unknown }
  | { readonly ok: false; readonly error: ThreadError };

/** An error on its way between threads, where classes do not survive. */
export interface ThreadError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly stack: string | undefined;
  readonly context: HourmillError['context'];
  readonly retryable: boolean;
}

export function toThreadError(error: unknown): ThreadError {
  if (error instanceof HourmillError) {
    const { code, message, stack, context, retryable } = error;
    return { code, message, stack, context, retryable };
  }
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  return { code: null, message, stack, context: {}, retryable: false };
}

/** The same error, of its class. */
export function fromThreadError({ code, message, stack, context, retryable }: ThreadError): Error {
  const error = code === null ? new Error(message) : new HourmillError(code, message, { context, retryable });
  if (stack !== undefined) error.stack = stack;
  return error;
}
