import { parentPort } from 'node:worker_threads';
import { invariant, type SplitOpenerModule } from '@hourmill/core';
import { LocalStage } from '../worker/local-stage.ts';
import type { WorkerSetup } from '../worker/setup.ts';
import type { Stage } from '../worker/stage.ts';
import { type LoadRequest, type StepAnswer, type StepRequest, toThreadError } from './thread-messages.ts';

/** Entry of a worker thread: is told once what to work on, then does the steps of stage 1 as the main thread asks for them. */
const port = parentPort;
invariant(port !== null, 'this module is the entry of a worker thread');
port.on('message', function begin(request: LoadRequest | WorkerSetup) {
  if ('load' in request) return void load(request.load);
  port.off('message', begin);
  const stage = openStage(request);
  stage.catch(() => {}); // every step says so
  port.on('message', ({ step, input }: StepRequest) => {
    void answer(stage, step, input).then(({ message, transfer }) => port.postMessage(message, transfer));
  });
});

/** A failure comes again when the module is used. */
async function load(module: string): Promise<void> {
  try {
    const { load: loadAll } = (await import(module)) as SplitOpenerModule;
    await loadAll?.();
  } catch {}
}

async function openStage(setup: WorkerSetup): Promise<Stage> {
  invariant(setup.source !== null, 'a thread reads its splits by itself');
  const { openSplits } = (await import(setup.source.module)) as SplitOpenerModule;
  return new LocalStage(setup, openSplits(setup.source.options), new AbortController().signal);
}

async function answer(
  stage: Promise<Stage>,
  step: StepRequest['step'],
  input: unknown,
): Promise<{ message: StepAnswer; transfer: ArrayBuffer[] }> {
  try {
    const run = (await stage)[step].bind(await stage) as (input: unknown) => Promise<unknown>;
    const output = await run(input);
    return { message: { ok: true, output }, transfer: transferable(output) };
  } catch (error) {
    return { message: { ok: false, error: toThreadError(error) }, transfer: [] };
  }
}

/** The bytes of a row group are moved, not copied. */
function transferable(output: unknown): ArrayBuffer[] {
  const bytes = (output as { bytes?: unknown } | undefined)?.bytes;
  return bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [];
}
