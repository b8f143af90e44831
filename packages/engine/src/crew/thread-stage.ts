import { Worker } from 'node:worker_threads';
import { HourmillError } from '@hourmill/core';
import type { WorkerSetup } from '../worker/setup.ts';
import type { Stage } from '../worker/stage.ts';
import { fromThreadError, type LoadRequest, type StepAnswer, type StepRequest } from './thread-messages.ts';

/** From the sources the entry is a module of this package; in the bundled command it lies beside the bundle. */
const ENTRY = import.meta.url.endsWith('.ts') ? './thread-boot.ts' : './engine-thread.mjs';

/** A worker on a thread of its own. Until `begin` the thread keeps no process alive. */
export class ThreadStage implements Stage {
  readonly #thread: Worker;
  #me = 0;
  #pending: PromiseWithResolvers<unknown> | null = null;
  #ended: HourmillError | null = null;

  constructor() {
    this.#thread = new Worker(new URL(ENTRY, import.meta.url), { stdin: false });
    this.#thread.on('message', (answer: StepAnswer) => this.#settle(answer));
    this.#thread.on('error', (cause) => this.#end(cause.message, cause));
    this.#thread.on('exit', (code) => this.#end(`its thread ended with code ${code}`));
    this.#thread.unref(); // last, because a listener takes it back
  }

  /** Has a module loaded ahead, before `begin`. */
  load(module: string): void {
    this.#thread.postMessage({ load: module } satisfies LoadRequest);
  }

  /** Tells the thread what it works on. */
  begin(setup: WorkerSetup, onThread?: (thread: Worker) => void): void {
    this.#me = setup.me;
    this.#thread.ref();
    onThread?.(this.#thread);
    this.#thread.postMessage(setup);
  }

  know(piece: Parameters<Stage['know']>[0]) {
    return this.#ask('know', piece);
  }

  scan() {
    return this.#ask('scan');
  }

  shareKeys() {
    return this.#ask('shareKeys');
  }

  takeKeys(sections: Parameters<Stage['takeKeys']>[0]) {
    return this.#ask('takeKeys', sections);
  }

  encodeKeys(section: number) {
    return this.#ask('encodeKeys', section);
  }

  forgetKeys() {
    return this.#ask('forgetKeys');
  }

  seal() {
    return this.#ask('seal');
  }

  unite(all: Parameters<Stage['unite']>[0]) {
    return this.#ask('unite', all);
  }

  share(cuts: Parameters<Stage['share']>[0]) {
    return this.#ask('share', cuts);
  }

  merge(runs: Parameters<Stage['merge']>[0]) {
    return this.#ask('merge', runs);
  }

  resolve(task: Parameters<Stage['resolve']>[0]) {
    return this.#ask('resolve', task);
  }

  spillGroups() {
    return this.#ask('spillGroups');
  }

  mergeKeyRange(task: Parameters<Stage['mergeKeyRange']>[0]) {
    return this.#ask('mergeKeyRange', task);
  }

  encode(slices: Parameters<Stage['encode']>[0]) {
    return this.#ask('encode', slices);
  }

  async terminate(): Promise<void> {
    this.#ended ??= new HourmillError('HM_RUN_002', 'the run was called off');
    await this.#thread.terminate();
  }

  #ask<S extends keyof Stage>(step: S, input?: unknown): ReturnType<Stage[S]> {
    const pending = Promise.withResolvers<unknown>();
    if (this.#ended !== null) pending.reject(this.#ended);
    else {
      this.#pending = pending;
      this.#thread.postMessage({ step, input } satisfies StepRequest);
    }
    return pending.promise as ReturnType<Stage[S]>;
  }

  #settle(answer: StepAnswer): void {
    if (answer.ok) this.#pending?.resolve(answer.output);
    else this.#pending?.reject(fromThreadError(answer.error));
    this.#pending = null;
  }

  /** @param reason why the thread is gone */
  #end(reason: string, cause?: unknown): void {
    this.#ended ??= new HourmillError('HM_ENGINE_003', `worker ${this.#me} died: ${reason}`, {
      context: { worker: this.#me },
      cause,
    });
    this.#pending?.reject(this.#ended);
    this.#pending = null;
  }
}
