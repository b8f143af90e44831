import type { RunReport, TimeChunk } from '@hourmill/core';

/**
 * Why an hour needs a run.
 *
 * - `missing`: it was never built.
 * - `failed`: its last run ended with an error, or was abandoned.
 * - `stopped`: its last run died or was cut off half way, and its lease has run out.
 * - `late`: it stands, but rows or objects came after it was built.
 * - `outdated`: it stands, but the definition has changed, or the keys of an hour within the lookback have.
 * - `forced`: it was asked for.
 */
export const WORK_KINDS = ['missing', 'failed', 'stopped', 'late', 'outdated', 'forced'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

export interface Work {
  readonly kind: WorkKind;
  /** For people: `the last run failed: HM_DRUID_003: …`. */
  readonly reason: string;
}

/** The run that an hour belongs to at present. */
export interface HourOwner {
  readonly runId: string;
  /** Host and process. */
  readonly owner: string;
  /** By the store's clock, ISO; null when it has finished already. */
  readonly until: string | null;
}

/** What a look at an hour found. */
export type Look =
  | { readonly kind: 'work'; readonly work: Work }
  | { readonly kind: 'owned'; readonly owner: HourOwner }
  | { readonly kind: 'nothing' }
  /** It could not be told. */
  | { readonly kind: 'unreadable'; readonly error: unknown };

/** What became of an hour that needed a run. */
export interface WorkOutcome {
  readonly chunk: TimeChunk;
  /** Null where it could not be told, or another run owned the hour from the start. */
  readonly work: Work | null;
  /**
   * `built`: the run made it good. `unchanged`: another run did, before ours began. `owned`: another run has the hour or won it.
   */
  readonly outcome: 'built' | 'unchanged' | 'owned' | 'failed';
  /** With `built` and `unchanged`. */
  readonly report: RunReport | null;
  /** With `failed`, else null. */
  readonly error: unknown;
  /** With `owned`. */
  readonly owner: HourOwner | null;
}
