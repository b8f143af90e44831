import { setTimeout as delay } from 'node:timers/promises';
import { HourmillError } from '@hourmill/core';
import { lastLines } from './log-tail.ts';
import type { ServerProcess } from './server-process.ts';

export interface ReadyOptions {
  /** Asks the server; false, or an error, means not yet. */
  readonly probe: () => Promise<boolean>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Waits until `probe` says yes. Otherwise stops the server and throws: HM_STACK_002 with its last lines when it ended or
 * was too slow, the signal's reason when aborted. A yes counts only while our own server lives.
 */
export async function waitUntilReady(server: ServerProcess, options: ReadyOptions): Promise<void> {
  const deadlineMs = performance.now() + options.timeoutMs;
  try {
    while (!((await options.probe().catch(() => false)) && !server.hasExited())) {
      options.signal?.throwIfAborted();
      if (server.hasExited()) throw notStarted(server, await describeExit(server));
      if (performance.now() > deadlineMs) throw notStarted(server, `is not ready after ${options.timeoutMs / 1000} s`);
      await delay(100);
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** True when a request is answered with 2xx and a body for which `accept` holds. */
export async function answers(url: string, init: RequestInit, accept: (body: string) => boolean): Promise<boolean> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5_000) });
  return accept(await response.text()) && response.ok;
}

async function describeExit(server: ServerProcess): Promise<string> {
  const { code, signal } = await server.exited;
  return signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
}

function notStarted(server: ServerProcess, what: string): HourmillError {
  const message = `${server.name} ${what}. The last lines of ${server.logFile}:\n${lastLines(server.logFile)}`;
  return new HourmillError('HM_STACK_002', message, { context: { logFile: server.logFile } });
}
