import { isHourmillError, type RunReport, type TimeChunk } from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import { runLate } from '../late/run-late.ts';
import { runHour } from '../run/run-hour.ts';
import type { RunOptions } from '../run/run-options.ts';
import { findWork, lookAt, ownerOf } from './find-work.ts';
import { gather } from './gather.ts';
import { type HourOwner, type Look, WORK_KINDS, type Work, type WorkKind, type WorkOutcome } from './work.ts';

export interface RunWorkOptions extends RunOptions {
  /** Work of other kinds is left alone. Default: of none. With `force` every hour is built, whatever it needs. */
  readonly kinds?: readonly WorkKind[];
  /** Hours that are built at the same time. Default 1. */
  readonly parallel?: number;
  /**
   * An hour that another run owns, or wins while ours begins, is no failure: somebody is at it. Default false: it was asked for, and
   * fails with HM_LEDGER_001 or HM_LEDGER_002.
   */
  readonly leaveOwned?: boolean;
  readonly onHour?: (outcome: WorkOutcome) => void;
}

/** What was done about a range of hours. */
export interface WorkDone {
  /** Hours that needed a run, or that another run owns, or whose need could not be told; oldest first. */
  readonly hours: readonly WorkOutcome[];
  /** Hours that needed nothing, or nothing of the kinds asked for. */
  readonly untouched: number;
}

/**
 * Finds out which of these hours need a run, and why, and runs them, oldest first. An hour that fails does not stop the others; an abort
 * does. May be called from any number of places at once, and again after it was cut off: what is done by then is no work any more.
 *
 * With a lookback an hour begins once all earlier ones within it have ended, and is looked at anew then: their keys may have changed.
 */
export async function runWork(
  context: PipelineContext,
  chunks: readonly TimeChunk[],
  options: RunWorkOptions = {},
): Promise<WorkDone> {
  const signal = options.signal ?? new AbortController().signal;
  const task = new WorkTask(
    context,
    chunks,
    { ...options, signal },
    await firstLooks(context, chunks, options, signal),
  );
  const outcomes = await gather(chunks, options.parallel ?? 1, (_, index) => task.settle(index));
  const hours = outcomes.filter((outcome) => outcome !== null);
  return { hours, untouched: chunks.length - hours.length };
}

const FORCED: Look = { kind: 'work', work: { kind: 'forced', reason: 'asked for with --force' } };

async function firstLooks(
  context: PipelineContext,
  chunks: readonly TimeChunk[],
  options: RunWorkOptions,
  signal: AbortSignal,
): Promise<readonly Look[]> {
  if (options.force) return chunks.map(() => FORCED);
  return findWork(lookingContext(context, options), chunks, signal);
}

/** With `--no-index` an hour is as far as it goes with its manifest. */
function lookingContext(context: PipelineContext, { noIndex = false }: RunOptions): PipelineContext {
  return noIndex ? { ...context, indexer: null } : context;
}

class WorkTask {
  readonly #context: PipelineContext;
  readonly #chunks: readonly TimeChunk[];
  readonly #options: RunWorkOptions & { readonly signal: AbortSignal };
  readonly #looks: readonly Look[];
  readonly #lookbackMs: number;
  readonly #settled = new Map<TimeChunk, Promise<WorkOutcome | null>>();

  constructor(
    context: PipelineContext,
    chunks: readonly TimeChunk[],
    options: RunWorkOptions & { readonly signal: AbortSignal },
    looks: readonly Look[],
  ) {
    this.#context = context;
    this.#chunks = chunks;
    this.#options = options;
    this.#looks = looks;
    this.#lookbackMs = context.loaded.definition.deduplicate?.lookbackMs ?? 0;
  }

  /** Runs one hour if it needs it; null when it does not. Hours have to be begun in their order. */
  settle(index: number): Promise<WorkOutcome | null> {
    const chunk = this.#chunks[index];
    const look = this.#looks[index];
    if (chunk === undefined || look === undefined) return Promise.resolve(null);
    const settled = this.#settle(chunk, look);
    this.#settled.set(chunk, settled);
    settled.catch(() => {}); // Whoever began it is told; those that wait for it have their own.
    return settled;
  }

  async #settle(chunk: TimeChunk, first: Look): Promise<WorkOutcome | null> {
    const look = (await this.#hasNewLookback(chunk)) ? await this.#lookAgain(chunk, first) : first;
    this.#options.signal.throwIfAborted();
    const outcome = await this.#act(chunk, look);
    if (outcome !== null) this.#options.onHour?.(outcome);
    return outcome;
  }

  /** Waits for the earlier hours within the lookback. Whether any of them was run. */
  async #hasNewLookback({ startMs }: TimeChunk): Promise<boolean> {
    const fromMs = startMs - this.#lookbackMs;
    const within = [...this.#settled].filter(([earlier]) => earlier.endMs > fromMs && earlier.startMs < startMs);
    const outcomes = await Promise.all(within.map(([, settled]) => settled));
    return outcomes.some((outcome) => outcome !== null);
  }

  async #lookAgain(chunk: TimeChunk, first: Look): Promise<Look> {
    if (this.#options.force) return first;
    return lookAt(lookingContext(this.#context, this.#options), chunk, this.#options.signal);
  }

  async #act(chunk: TimeChunk, look: Look): Promise<WorkOutcome | null> {
    const { kinds = WORK_KINDS, leaveOwned = false, force = false } = this.#options;
    const areAll = kinds.length === WORK_KINDS.length;
    switch (look.kind) {
      case 'nothing':
        return null;
      case 'unreadable':
        return { chunk, work: null, outcome: 'failed', report: null, error: look.error, owner: null };
      case 'owned':
        if (leaveOwned) return owned(chunk, null, look.owner);
        // To be told by the run itself, which waits for nobody.
        return areAll ? this.#run(chunk, null) : null;
      case 'work':
        return force || kinds.includes(look.work.kind) ? this.#run(chunk, look.work) : null;
    }
  }

  async #run(chunk: TimeChunk, work: Work | null): Promise<WorkOutcome> {
    try {
      const report = await this.#report(chunk, work);
      const outcome = report.unchanged ? 'unchanged' : 'built';
      return { chunk, work, outcome, report, error: null, owner: null };
    } catch (error) {
      this.#options.signal.throwIfAborted();
      const owner = this.#options.leaveOwned ? await this.#winner(chunk, error) : null;
      if (owner !== null) return owned(chunk, work, owner);
      return { chunk, work, outcome: 'failed', report: null, error, owner: null };
    }
  }

  #report(chunk: TimeChunk, work: Work | null): Promise<RunReport> {
    const run = work?.kind === 'late' ? runLate : runHour;
    return run(this.#context, chunk, this.#options);
  }

  /** Who has the hour when a run lost it; null when the error says something else. */
  async #winner(chunk: TimeChunk, error: unknown): Promise<HourOwner | null> {
    const hasLost = isHourmillError(error, 'HM_LEDGER_002');
    // With the same code a task is named that may still publish, and that nobody looks after.
    const isBusy = isHourmillError(error, 'HM_LEDGER_001') && error.context.taskId === undefined;
    if (!hasLost && !isBusy) return null;
    const last = (await this.#context.ledger.history(chunk, this.#options.signal)).at(-1);
    if (last === undefined) return null;
    const owner = await ownerOf(this.#context, last);
    if (owner !== null) return owner;
    return { runId: last.runId, owner: last.owner, until: null };
  }
}

function owned(chunk: TimeChunk, work: Work | null, owner: HourOwner): WorkOutcome {
  return { chunk, work, outcome: 'owned', report: null, error: null, owner };
}
