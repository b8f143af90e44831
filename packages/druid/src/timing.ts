/** How patient the client is with single requests; the deadlines of tasks and loading stand in the definition. */
export interface Timing {
  /** One request, milliseconds. */
  readonly requestMs: number;
  /** A request that is safe to repeat is repeated for so long while Druid does not answer, milliseconds. */
  readonly retryMs: number;
  /** How long a finished task's report, or a task just sent, may be unknown to the Overlord, milliseconds. */
  readonly appearMs: number;
  /** How long a look at what is served now waits for a cluster that is still loading, milliseconds. */
  readonly settleMs: number;
  /** The first pause between two looks at something that is awaited; each further one is twice as long. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
}

export const DEFAULT_TIMING: Timing = {
  requestMs: 30_000,
  retryMs: 30_000,
  appearMs: 30_000,
  settleMs: 60_000,
  firstPauseMs: 100,
  maxPauseMs: 2_000,
};
