import { addCounts, type Counts, checkCounts, NO_COUNTS, type StageOneResult } from '@hourmill/core';

type Outcome = Exclude<keyof Counts, 'read'>;

/** Where the records of each split ended. A record is counted as read when it is read, and once more when it is decided. */
export class Tally {
  readonly #splits: { readonly id: string; readonly counts: Record<keyof Counts, number> }[] = [];

  /** @returns the index of the split for the other methods */
  addSplit(id: string): number {
    return this.#splits.push({ id, counts: { ...NO_COUNTS } }) - 1;
  }

  read(split: number): void {
    this.#add(split, 'read');
  }

  decided(split: number, outcome: Outcome): void {
    this.#add(split, outcome);
  }

  /** Throws an InvariantError when a record was lost or counted twice. */
  result(): Pick<StageOneResult, 'counts' | 'splits'> {
    const splits = this.#splits.map(({ id, counts }) => ({ id, counts: { ...counts } }));
    for (const { counts } of splits) checkCounts(counts);
    return { counts: splits.reduce<Counts>((sum, { counts }) => addCounts(sum, counts), NO_COUNTS), splits };
  }

  #add(split: number, name: keyof Counts): void {
    const counts = this.#splits[split]?.counts;
    if (counts !== undefined) counts[name] += 1;
  }
}
