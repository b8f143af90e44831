import { HourmillError } from '@hourmill/core';
import { lastLines } from './log-tail.ts';
import { type LaunchOptions, launch } from './server-process.ts';
import type { OnStep } from './step.ts';

const HEARTBEAT_MS = 15_000;

export interface ToolOptions extends Omit<LaunchOptions, 'detached'> {
  readonly onStep: OnStep;
  readonly signal?: AbortSignal;
}

/**
 * Runs a build tool to its end, with a sign of life every 15 s. Throws HM_STACK_004 with the last lines of its log when
 * it fails. The tool never outlives us.
 */
export async function runTool(options: ToolOptions): Promise<void> {
  const startMs = performance.now();
  const tool = await launch(options);
  const heartbeat = setInterval(() => {
    options.onStep(`${options.name}: ${Math.round((performance.now() - startMs) / 1000)} s ...`);
  }, HEARTBEAT_MS);
  const abort = () => void tool.stop();
  options.signal?.addEventListener('abort', abort);
  try {
    const { code } = await tool.exited;
    options.signal?.throwIfAborted();
    if (code !== 0) {
      const message = `${options.name} failed. The last lines of ${options.logFile}:\n${lastLines(options.logFile)}`;
      throw new HourmillError('HM_STACK_004', message, { context: { logFile: options.logFile } });
    }
  } finally {
    clearInterval(heartbeat);
    options.signal?.removeEventListener('abort', abort);
  }
}
