import { invariant } from './error.ts';

/**
 * The states of an hour in the ledger (DESIGN.md section 8). Each entry of the ledger is in one of these.
 *
 * - `planned`: a run owns the hour until `leaseUntil` and reads input. Nothing of it is visible.
 * - `rolled-up`: **the commit point**. The manifest named by the entry and all its parts are durable.
 * - `indexing`: a Druid task for that manifest may exist under the entry's task id.
 * - `indexed`: that task has succeeded and accounted for every row.
 * - `done`: Druid has served the manifest's numbers from the new segments, or there was nothing to index.
 * - `failed`: the run ended with the entry's error. Druid keeps what it had, or the verification failed.
 * - `superseded`: a later run took the hour over, for a named reason.
 * - `abandoned`: a person ended the run.
 */
export const HOUR_STATES = [
  'planned',
  'rolled-up',
  'indexing',
  'indexed',
  'done',
  'failed',
  'superseded',
  'abandoned',
] as const;
export type HourState = (typeof HOUR_STATES)[number];

/** Who may write the next entry: the run that wrote the last one, or another run. */
type Writer = 'same-run' | 'other-run';

/**
 * What may follow, by the writer of the next entry. Total: a state without a row does not compile.
 * A state that follows itself renews or releases the lease, or begins another Druid attempt.
 */
const NEXT: Readonly<Record<HourState, Readonly<Record<Writer, readonly HourState[]>>>> = {
  planned: {
    'same-run': ['planned', 'rolled-up', 'failed', 'abandoned'],
    'other-run': ['planned', 'abandoned'],
  },
  'rolled-up': {
    'same-run': ['rolled-up', 'indexing', 'done', 'superseded', 'failed', 'abandoned'],
    'other-run': ['rolled-up', 'indexing', 'done', 'superseded', 'failed', 'abandoned'],
  },
  indexing: {
    'same-run': ['indexing', 'indexed', 'superseded', 'failed', 'abandoned'],
    'other-run': ['indexing', 'indexed', 'superseded', 'failed', 'abandoned'],
  },
  indexed: {
    'same-run': ['indexed', 'done', 'superseded', 'failed', 'abandoned'],
    'other-run': ['indexed', 'done', 'superseded', 'failed', 'abandoned'],
  },
  done: { 'same-run': [], 'other-run': ['planned'] },
  failed: { 'same-run': [], 'other-run': ['planned'] },
  superseded: { 'same-run': ['planned'], 'other-run': ['planned'] },
  abandoned: { 'same-run': [], 'other-run': ['planned'] },
};

/** Whether an entry in state `to` may follow one in state `from`; `from` is undefined for an hour's first entry. */
export function mayFollow(from: HourState | undefined, to: HourState, writer: Writer): boolean {
  return from === undefined ? to === 'planned' : NEXT[from][writer].includes(to);
}

/** States in which a run is under way: its lease counts. */
export function isOpen(state: HourState): boolean {
  return state === 'planned' || hasManifest(state);
}

/** States from which a run can continue without reading the input again: the entry names a manifest. */
export function hasManifest(state: HourState): boolean {
  return state === 'rolled-up' || state === 'indexing' || state === 'indexed';
}

export function checkTransition(from: HourState | undefined, to: HourState, writer: Writer): void {
  invariant(mayFollow(from, to, writer), `the ledger does not allow ${from ?? 'nothing'} -> ${to} by ${writer}`);
}
