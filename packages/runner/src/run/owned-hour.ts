import {
  type HourState,
  invariant,
  type Ledger,
  type LedgerEntry,
  type NewLedgerEntry,
  type Overrides,
  type Plan,
  type TimeChunk,
  type Timers,
} from '@hourmill/core';

export interface OwnedHourOptions {
  readonly ledger: Ledger;
  readonly timers: Timers;
  readonly chunk: TimeChunk;
  readonly plan: Pick<Plan, 'pipeline' | 'hour' | 'definitionHash' | 'listingHash'>;
  readonly runId: string;
  readonly owner: string;
  readonly leaseMs: number;
  /** What a person overrode for this run; stands in each of its entries. */
  readonly overrides: Overrides | undefined;
  /** The hour's last entry, of whichever run. */
  readonly last: LedgerEntry | undefined;
  /** Called once when the hour was lost to another run: the run must stop. */
  readonly onLost: (error: unknown) => void;
}

type Facts = Partial<Pick<NewLedgerEntry, 'manifest' | 'druid' | 'report' | 'error' | 'reason' | 'late'>>;

const CLOSED: readonly HourState[] = ['done', 'failed', 'superseded', 'abandoned'];

/**
 * One run's hold on one hour: writes the hour's ledger entries one after another and renews the lease at half time.
 * Whoever cannot write the next entry has lost the hour, and `onLost` says so.
 */
export class OwnedHour implements AsyncDisposable {
  readonly #options: OwnedHourOptions;
  #last: LedgerEntry | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #renewal: Disposable | undefined;

  constructor(options: OwnedHourOptions) {
    this.#options = options;
    this.#last = options.last;
  }

  /** The state of the last entry, or undefined before the first. */
  get state(): HourState | undefined {
    return this.#last?.state;
  }

  /** Whether the last entry is this run's own. */
  get isOurs(): boolean {
    return this.#last?.runId === this.#options.runId;
  }

  /** Writes the next entry; durable on return. Manifest, task and late files of the entry before are carried on. @throws HM_LEDGER_002 */
  advance(state: HourState, facts: Facts = {}): Promise<LedgerEntry> {
    return this.#write(state, facts, CLOSED.includes(state) ? null : this.#options.leaseMs);
  }

  /** Gives the lease back without a change of state, so that the next run may continue at once. */
  release(facts: Pick<Facts, 'report' | 'error'>): Promise<LedgerEntry> {
    const { state } = this;
    invariant(state !== undefined, 'an hour without entries has no lease');
    return this.#write(state, facts, 0);
  }

  /** Ends the renewals and waits for the last write. Writes nothing by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#renewal?.[Symbol.dispose]();
    await this.#queue.catch(() => {});
  }

  #write(state: HourState, facts: Facts, leaseMs: number | null): Promise<LedgerEntry> {
    const written = this.#queue.then(() => this.#append(state, facts, leaseMs));
    this.#queue = written.catch(() => {});
    return written;
  }

  async #append(state: HourState, facts: Facts, leaseMs: number | null): Promise<LedgerEntry> {
    this.#renewal?.[Symbol.dispose]();
    const { ledger, chunk, plan, runId, owner, overrides } = this.#options;
    const before = state === 'planned' ? undefined : this.#last;
    const late = facts.late ?? before?.late ?? [];
    const entry: NewLedgerEntry = {
      pipeline: plan.pipeline,
      hour: plan.hour,
      runId,
      state,
      owner,
      leaseMs,
      // Those of the manifest that the entry carries, which is an earlier run's while that one's task is retired.
      definitionHash: before?.definitionHash ?? plan.definitionHash,
      listingHash: before?.listingHash ?? plan.listingHash,
      manifest: facts.manifest ?? before?.manifest ?? null,
      druid: facts.druid ?? before?.druid ?? null,
      report: facts.report ?? null,
      error: facts.error ?? null,
      reason: facts.reason ?? null,
      ...(overrides === undefined ? {} : { overrides }),
      ...(late.length === 0 ? {} : { late }),
    };
    this.#last = await ledger.append(chunk, this.#last, entry);
    if (leaseMs !== null && leaseMs > 0) this.#renewLater(state, leaseMs);
    return this.#last;
  }

  #renewLater(state: HourState, leaseMs: number): void {
    this.#renewal = this.#options.timers.after(leaseMs / 2, () => {
      this.#write(state, {}, leaseMs).catch(this.#options.onLost);
    });
  }
}
