/**
 * Offsets of a Kafka split that are no records, by kind: `read + all gaps = endOffset - startOffset` (DESIGN.md section 4.1).
 * Numbers up to 2^53.
 */
export interface Gaps {
  /** Markers that end transactions. */
  readonly control: number;
  /** Records of aborted transactions, with `isolation: read_committed`. */
  readonly aborted: number;
  /** Offsets that hold nothing any more, or never did. */
  readonly compacted: number;
  /** Records without a value, with `tombstones: skip`. */
  readonly tombstone: number;
  /** Of damaged batches, with `--accept-loss`. */
  readonly lost: number;
}

export const NO_GAPS: Gaps = { control: 0, aborted: 0, compacted: 0, tombstone: 0, lost: 0 };

export function addGaps(a: Gaps, b: Gaps): Gaps {
  return {
    control: a.control + b.control,
    aborted: a.aborted + b.aborted,
    compacted: a.compacted + b.compacted,
    tombstone: a.tombstone + b.tombstone,
    lost: a.lost + b.lost,
  };
}

export function sumOfGaps({ control, aborted, compacted, tombstone, lost }: Gaps): number {
  return control + aborted + compacted + tombstone + lost;
}
