import type { HourState, Sums } from '@hourmill/core';

/** Where the chain from source to Druid does not hold. */
export interface Break {
  /**
   * - `ledger`: entries are damaged or missing, or another hash stands in the chain. `missing`: the hour was never built, others around it were.
   * - `state`: its last run did not come to its end. `manifest`: it is gone, or not the one that the ledger names.
   * - `counts`, `offsets`, `sums`: numbers of the manifest do not add up. `file`: one that is named is gone or has other bytes.
   * - `ranges`: offsets between two hours are nobody's, or the order is turned round. `topic`: it was made anew in between.
   * - `objects`: an object was read that is not the hour's. `late`: rows that were left to another hour are not in it.
   * - `druid`: Druid serves other numbers.
   */
  readonly kind:
    | 'ledger'
    | 'missing'
    | 'state'
    | 'manifest'
    | 'counts'
    | 'offsets'
    | 'sums'
    | 'file'
    | 'ranges'
    | 'topic'
    | 'objects'
    | 'late'
    | 'druid';
  /** What does not fit, with its numbers. */
  readonly detail: string;
}

/** What was found of one hour. */
export interface HourChain {
  readonly hour: string;
  /** Of the last entry; `missing` where there is none, `unreadable` where the ledger is damaged. */
  readonly state: HourState | 'missing' | 'unreadable';
  readonly runId: string | null;
  /** Records read and kept, of all generations; null without a manifest. */
  readonly read: number | null;
  readonly kept: number | null;
  /** Files whose bytes were compared. */
  readonly files: number;
  /** What Druid serves now; null where it was not asked. */
  readonly served: Sums | null;
  /** Breaks, none when all holds. */
  readonly breaks: readonly Break[];
  /** What is no break, but good to know: overlaps, accepted losses, a run that is at work. */
  readonly notes: readonly string[];
}

/** Collects what is found of an hour. */
export class Findings {
  readonly breaks: Break[] = [];
  readonly notes: string[] = [];

  break(kind: Break['kind'], detail: string): void {
    this.breaks.push({ kind, detail });
  }

  /** Breaks unless the condition holds. */
  expect(isRight: boolean, kind: Break['kind'], detail: string): void {
    if (!isRight) this.break(kind, detail);
  }

  note(text: string): void {
    this.notes.push(text);
  }
}
