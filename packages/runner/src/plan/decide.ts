import { type HourState, hasManifest, isOpen, type LedgerEntry, type Millis } from '@hourmill/core';

/** What a run does with an hour, given its past. */
export type Decision =
  /** Nothing to do: the last run made just this. */
  | { readonly kind: 'unchanged'; readonly reason: string }
  /** Another run owns it. */
  | { readonly kind: 'busy'; readonly reason: string }
  /** Read everything again; `supersedes` when a committed manifest is thrown away by that. */
  | { readonly kind: 'build'; readonly reason: string; readonly supersedes: LedgerEntry | null }
  /** Go on from the committed manifest of this entry. */
  | { readonly kind: 'continue'; readonly reason: string; readonly from: LedgerEntry };

export interface DecisionInput {
  /** The hour's last entry, undefined when it was never tried. */
  readonly last: LedgerEntry | undefined;
  /** By the ledger's clock. */
  readonly nowMs: Millis;
  readonly definitionHash: string;
  /** Null: what was built before is not compared with what would be read now. */
  readonly listingHash: string | null;
  /** An hour of the lookback that has other keys than when the hour was built. */
  readonly changedLookback?: string | undefined;
  readonly force: boolean;
  /** False with `--no-index` or without `druid`: then `rolled-up` is as far as it goes. */
  readonly indexes: boolean;
}

export function decide(input: DecisionInput): Decision {
  const { last, listingHash } = input;
  if (last === undefined) return { kind: 'build', reason: 'the hour was never built', supersedes: null };
  if (isOwned(last, input.nowMs)) {
    return { kind: 'busy', reason: `run ${last.runId} of ${last.owner} owns it until ${last.leaseUntil}` };
  }
  const change = whatChanged(last, input);
  if (hasManifest(last.state)) {
    if (change !== null) return { kind: 'build', reason: change, supersedes: last };
    if (!input.indexes) return { kind: 'unchanged', reason: `it is ${last.state} and indexing is off` };
    return { kind: 'continue', reason: `the last run got as far as ${last.state}`, from: last };
  }
  if (last.state === 'done' && change === null) {
    const compared = listingHash === null ? '' : ', same input';
    return { kind: 'unchanged', reason: `done before, same definition${compared}` };
  }
  return { kind: 'build', reason: change ?? whyAgain(last.state), supersedes: null };
}

function isOwned(last: LedgerEntry, nowMs: Millis): boolean {
  return isOpen(last.state) && last.leaseUntil !== null && Date.parse(last.leaseUntil) > nowMs;
}

function whatChanged(last: LedgerEntry, input: DecisionInput): string | null {
  if (input.force) return 'asked for with --force';
  if (last.definitionHash !== input.definitionHash) return 'the definition changed';
  if (input.listingHash !== null && last.listingHash !== input.listingHash) return 'the input changed';
  if (input.changedLookback !== undefined) return `${input.changedLookback}, within the lookback, changed`;
  return null;
}

function whyAgain(state: HourState): string {
  return state === 'planned' ? 'the last run died while it read' : `the last run ended as ${state}`;
}
