import {
  type ErrorCode,
  HourmillError,
  type HourState,
  hasManifest,
  type Indexer,
  invariant,
  isHourmillError,
  isoMillis,
  type LedgerEntry,
  newRunId,
  type Plan,
  type ReportedError,
  type RunReport,
  type ServedNumbers,
  systemTimers,
  type TimeChunk,
} from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import type { Decision } from '../plan/decide.ts';
import { dueAt } from '../plan/due.ts';
import { prepareHour } from '../plan/prepare-hour.ts';
import { guardRejects } from './guards.ts';
import { readManifest, type StoredManifest } from './hand-over.ts';
import { OwnedHour } from './owned-hour.ts';
import { type ReportBase, reportedError, runReport, unchangedReport } from './report.ts';
import {
  ledgerOverrides,
  overridesOf,
  type ResolvedRunOptions,
  type RunOptions,
  resolveRunOptions,
} from './run-options.ts';
import { withRuntimeLimit } from './runtime-limit.ts';
import { buildFrom, lateOf, type StageOne } from './stage-one.ts';
import { indexHour, type StageTwoStart } from './stage-two.ts';
import { StepTimes } from './step-times.ts';

/**
 * Builds one hour: plan, stage 1, commit, stage 2, verification. On return the ledger's last entry says what the report
 * says. Safe to call again at any time and from any number of places: of several runs at once one goes on, the others
 * throw HM_LEDGER_001 or HM_LEDGER_002. An hour that is done with the same definition and input is left alone.
 * @throws HourmillError with the exit code of what went wrong; Druid keeps what it had unless the code says otherwise
 */
export async function runHour(context: PipelineContext, chunk: TimeChunk, given: RunOptions = {}): Promise<RunReport> {
  return runPrepared(context, chunk, given, async (options, indexes) => {
    const { current, ...prepared } = await prepareHour(context, chunk, options, indexes);
    return { ...prepared, stageOne: buildFrom(context, current) };
  });
}

/** What a run does, before it writes anything. */
export interface PreparedRun {
  /** The hour's last ledger entry, undefined when it was never tried. */
  readonly last: LedgerEntry | undefined;
  readonly plan: Plan;
  readonly decision: Decision;
  /** How a build comes to its manifest. */
  readonly stageOne?: StageOne;
}

type Prepare = (options: ResolvedRunOptions, indexes: boolean) => Promise<PreparedRun>;

/** A run from its decision on, whatever came to that. @param prepare reads what it needs, and writes nothing */
export async function runPrepared(
  context: PipelineContext,
  chunk: TimeChunk,
  given: RunOptions,
  prepare: Prepare,
): Promise<RunReport> {
  const asked = resolveRunOptions(given);
  refuseEarly(context, chunk);
  const { runtimeMs } = context.loaded.definition.limits;
  const { timers = systemTimers } = context;
  return withRuntimeLimit(timers, runtimeMs, asked.signal, async (signal, abort) => {
    const options = { ...asked, signal };
    const indexer = options.noIndex ? null : context.indexer;
    await indexer?.ping(signal);
    const times = new StepTimes(context.clock);
    options.onProgress({ kind: 'step', chunk, step: 'plan' });
    const { last, plan, decision, stageOne } = await times.measure('plan', () => prepare(options, indexer !== null));
    performance.mark('hourmill:prepared');
    const base: ReportBase = {
      plan,
      runId: newRunId(context.clock.now()),
      reason: decision.reason,
      overrides: overridesOf(options),
      override: ledgerOverrides(options, context.owner),
      timingsMs: times.all,
    };
    switch (decision.kind) {
      case 'busy':
        throw new HourmillError('HM_LEDGER_001', `${plan.hour} is being built: ${decision.reason}`, {
          context: { hour: plan.hour },
        });
      case 'unchanged':
        return reportUnchanged(context, last, base);
      default:
        return new HourRun(context, options, indexer, base, times, last, abort).run(decision, stageOne);
    }
  });
}

function refuseEarly(context: PipelineContext, chunk: TimeChunk): void {
  const { definition } = context.loaded;
  const dueMs = dueAt(chunk, definition);
  if (context.clock.now() >= dueMs) return;
  const after = definition.source.type === 'kafka' ? ' (its end, source.window.after and schedule.delay)' : '';
  throw new HourmillError('HM_RUN_001', `${isoMillis(chunk.startMs)} is not due before ${isoMillis(dueMs)}${after}`, {
    context: { hour: isoMillis(chunk.startMs) },
  });
}

async function reportUnchanged(
  context: PipelineContext,
  last: LedgerEntry | undefined,
  base: ReportBase,
): Promise<RunReport> {
  if (last === undefined) throw new HourmillError('HM_RUN_004', `${base.plan.hour} is not in the ledger`);
  const stored = last.report === null && last.manifest !== null ? await readManifest(context.store, last) : null;
  return unchangedReport(last, base, stored?.manifest ?? null);
}

/** One run that owns its hour, from the first ledger entry to the last. */
class HourRun {
  readonly #context: PipelineContext;
  readonly #options: ResolvedRunOptions;
  readonly #indexer: Indexer | null;
  readonly #base: ReportBase;
  readonly #times: StepTimes;
  readonly #hour: OwnedHour;
  #stored: StoredManifest | null = null;

  constructor(
    context: PipelineContext,
    options: ResolvedRunOptions,
    indexer: Indexer | null,
    base: ReportBase,
    times: StepTimes,
    last: LedgerEntry | undefined,
    abort: (reason: unknown) => void,
  ) {
    this.#context = context;
    this.#options = options;
    this.#indexer = indexer;
    this.#base = base;
    this.#times = times;
    const { runId, plan } = base;
    const { ledger, owner, timers = systemTimers } = context;
    this.#hour = new OwnedHour({
      ledger,
      timers,
      chunk: plan.chunk,
      plan,
      runId,
      owner,
      leaseMs: options.leaseMs,
      overrides: base.override,
      last,
      onLost: abort,
    });
  }

  async run(
    decision: Extract<Decision, { kind: 'build' | 'continue' }>,
    stageOne: StageOne | undefined,
  ): Promise<RunReport> {
    await using hour = this.#hour;
    try {
      const start =
        decision.kind === 'build'
          ? await this.#build(decision.supersedes, stageOne)
          : await this.#takeOver(decision.from);
      return await this.#publish(start);
    } catch (error) {
      if (hour.state !== undefined && hour.isOurs) await this.#end(hour.state, error);
      throw error;
    }
  }

  /** Stage 1 up to the commit point. */
  async #build(supersedes: LedgerEntry | null, stageOne: StageOne | undefined): Promise<StageTwoStart> {
    invariant(stageOne !== undefined, 'a build has a stage 1');
    if (supersedes !== null) await this.#supersede(supersedes);
    await this.#hour.advance('planned');
    const { plan, runId } = this.#base;
    const stored = await stageOne({ plan, runId, options: this.#options, times: this.#times });
    this.#stored = stored;
    if (!this.#options.allowRejects)
      guardRejects(stored.manifest, this.#context.loaded.definition.guards.maxRejectedRatio);
    performance.mark('hourmill:published');
    await this.#hour.advance('rolled-up', { manifest: nameOf(stored), late: lateOf(stored.manifest) });
    return { from: 'rolled-up', attempt: 0 };
  }

  /**
   * Ends what an earlier run left half way, because its result is no longer wanted. A task of it must not publish after
   * ours, so it is retired first, by the id that the ledger names: neither its manifest nor the definition of that time
   * is needed.
   */
  async #supersede(last: LedgerEntry): Promise<void> {
    const { indexer } = this.#context; // even with --no-index
    if (last.state === 'indexing' && last.druid !== null) {
      if (indexer === null) throw taskLeftBehind(this.#base.plan.hour, last.druid.taskId);
      await this.#hour.advance('indexing');
      await indexer.retire(last.druid.taskId, { signal: this.#options.signal });
    }
    await this.#hour.advance('superseded', { reason: this.#base.reason });
  }

  /** Takes a committed hour over from the run that stopped. */
  async #takeOver(last: LedgerEntry): Promise<StageTwoStart> {
    await this.#hour.advance(last.state);
    this.#stored = await this.#readOrRetire(last);
    const from = last.state === 'indexing' || last.state === 'indexed' ? last.state : 'rolled-up';
    return { from, attempt: last.druid?.attempt ?? 0 };
  }

  /** The manifest of a committed hour; when it is gone or damaged its task is retired, and the hour can only fail. */
  async #readOrRetire(last: LedgerEntry): Promise<StoredManifest> {
    const { store, indexer } = this.#context;
    const { signal } = this.#options;
    try {
      return await readManifest(store, last, signal);
    } catch (error) {
      if (endsTheHour(error) && last.druid !== null) await indexer?.retire(last.druid.taskId, { signal });
      throw error;
    }
  }

  /** Stage 2, or the end after the manifest where there is no Druid. */
  async #publish(start: StageTwoStart): Promise<RunReport> {
    const stored = this.#stored;
    const indexer = this.#indexer;
    if (stored === null || indexer === null) {
      const report = this.#report('rolled-up', null, null);
      await this.#hour.release({ report });
      return report;
    }
    const served = await this.#times.measure('index', () =>
      indexHour(this.#context, indexer, this.#hour, stored, start, this.#options, this.#times),
    );
    const report = this.#report('done', served, null);
    await this.#hour.advance('done', { report });
    return report;
  }

  /**
   * Writes how a failed run ended. After the commit point a failure that a later run can mend leaves the state as it is
   * and gives the lease back; everything else ends the hour as failed.
   */
  async #end(state: HourState, error: unknown): Promise<void> {
    if (isHourmillError(error, 'HM_LEDGER_002')) return;
    const reported: ReportedError = reportedError(error);
    try {
      if (hasManifest(state) && !endsTheHour(error)) await this.#hour.release({ error: reported });
      else if (state !== 'superseded') {
        const manifest = this.#stored === null ? null : nameOf(this.#stored); // for `inspect`: its counts and rejects
        const report = this.#report('failed', null, reported);
        await this.#hour.advance('failed', { error: reported, report, manifest });
      }
    } catch (cause) {
      this.#context.logger.error({ err: cause }, 'the failure could not be written to the ledger');
    }
  }

  #report(state: HourState, druid: ServedNumbers | null, error: ReportedError | null): RunReport {
    return runReport(this.#base, { state, manifest: this.#stored?.manifest ?? null, druid, error });
  }
}

function nameOf({ path, sha256 }: StoredManifest): NonNullable<LedgerEntry['manifest']> {
  return { path, sha256 };
}

function taskLeftBehind(hour: string, taskId: string): HourmillError {
  return new HourmillError(
    'HM_LEDGER_001',
    `Druid may still run task ${taskId} of ${hour}, but the definition no longer names a Druid; ` +
      'run the hour once with the old `druid` section',
    { context: { hour, taskId } },
  );
}

/** Failures after which the committed manifest is no longer worth continuing from: the hour is built anew. */
function endsTheHour(error: unknown): boolean {
  return isHourmillError(error) && END_THE_HOUR.includes(error.code);
}

const END_THE_HOUR: readonly ErrorCode[] = [
  'HM_DRUID_005',
  'HM_DRUID_007',
  'HM_DRUID_008',
  'HM_STORE_003',
  'HM_LEDGER_004',
];
