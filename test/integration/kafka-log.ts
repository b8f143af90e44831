import type { Gaps, KafkaSplit } from '@hourmill/core';

type Cut = Pick<KafkaSplit, 'partition' | 'startOffset' | 'endOffset' | 'isolation'>;

/** All that one producer wrote between begin and end, known by object identity. */
export interface WrittenTransaction {
  outcome: 'open' | 'committed' | 'aborted';
}

interface WrittenRecord {
  readonly offset: number;
  readonly id: string;
  /** Null: written outside of transactions. */
  readonly transaction: WrittenTransaction | null;
}

/** What must come out of a cut: ids of records, and everything else by kind. */
export interface Expected {
  readonly ids: readonly string[];
  readonly gaps: Gaps;
}

/**
 * What was written into a topic that is not compacted, known from what its producers were told and from nothing that was read
 * back: an offset that no record has is the marker of a transaction.
 */
export class WrittenLog {
  readonly #partitions: WrittenRecord[][];

  constructor(partitions: number) {
    this.#partitions = Array.from({ length: partitions }, () => []);
  }

  add(partition: number, baseOffset: number, ids: readonly string[], transaction: WrittenTransaction | null): void {
    ids.forEach((id, index) => {
      this.#recordsOf(partition).push({ offset: baseOffset + index, id, transaction });
    });
  }

  /** Of the last record, -1 without any. */
  lastOffset(partition: number): number {
    return this.#recordsOf(partition).at(-1)?.offset ?? -1;
  }

  /**
   * Where readers of committed records must stop: at the first record of an open transaction. With none open the partition ends
   * with the last marker: there is one of each transaction that wrote into it.
   */
  stableEnd(partition: number): number {
    const records = this.#recordsOf(partition);
    const open = records.find(({ transaction }) => transaction?.outcome === 'open');
    if (open !== undefined) return open.offset;
    const transactions = new Set(records.map(({ transaction }) => transaction));
    transactions.delete(null);
    return records.length + transactions.size;
  }

  expected({ partition, startOffset, endOffset, isolation }: Cut): Expected {
    const written = this.#recordsOf(partition).filter(({ offset }) => offset >= startOffset && offset < endOffset);
    const isWanted = ({ transaction }: WrittenRecord): boolean =>
      isolation === 'read_uncommitted' || transaction === null || transaction.outcome === 'committed';
    const wanted = written.filter(isWanted);
    const aborted = written.length - wanted.length;
    const control = endOffset - startOffset - written.length;
    return { ids: wanted.map(({ id }) => id), gaps: { control, aborted, compacted: 0, tombstone: 0, lost: 0 } };
  }

  #recordsOf(partition: number): WrittenRecord[] {
    const records = this.#partitions[partition];
    if (records === undefined) throw new Error(`there is no partition ${partition}`);
    return records;
  }
}
