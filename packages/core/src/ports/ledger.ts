import type { LedgerEntry, NewLedgerEntry } from '../ledger-entry.ts';
import type { Millis, TimeChunk } from '../time-chunk.ts';

/** The append-only record of every hour's states, of one pipeline. Failures are HM_LEDGER_* and the store's HM_STORE_*. */
export interface Ledger {
  /**
   * All entries of an hour, oldest first; empty for an hour never tried.
   * @throws HM_LEDGER_003 when a number is missing or a hash does not fit, HM_LEDGER_005 for a newer format
   */
  history(chunk: TimeChunk, signal?: AbortSignal): Promise<readonly LedgerEntry[]>;
  /**
   * Writes the entry after `last` (undefined: the hour's first one). Durable on return.
   * An entry of our own that is there already, because an answer was lost, counts as written.
   * @throws HM_LEDGER_002 when another run has taken the number
   */
  append(chunk: TimeChunk, last: LedgerEntry | undefined, entry: NewLedgerEntry): Promise<LedgerEntry>;
  /** The starts of the chunks in `[fromMs, toMs)` that have entries, oldest first. */
  recorded(fromMs: Millis, toMs: Millis, signal?: AbortSignal): Promise<readonly Millis[]>;
  /** The time by the clock that judges leases. */
  now(): Promise<Millis>;
}
