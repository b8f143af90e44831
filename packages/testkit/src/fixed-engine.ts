import {
  type Counts,
  type Engine,
  type Gaps,
  NO_COUNTS,
  NO_GAPS,
  partKey,
  type Split,
  type StageOneRequest,
  type StageOneResult,
  sha256,
} from '@hourmill/core';

/** An engine that reads nothing and always makes the same hour: one part with the text `kept=<n>`, or none for 0. */
export class FixedEngine implements Engine {
  readonly name = 'fixed';
  /** How often an hour was built. */
  builds = 0;
  counts: Counts = { ...NO_COUNTS, read: 10, kept: 10 };
  /** What is said of a split. Default: nothing was read of an object, all offsets of Kafka were read. */
  accountOf: (split: Split) => Pick<StageOneResult['splits'][number], 'counts' | 'gaps'> = (split) => {
    if (split.type === 'object') return { counts: NO_COUNTS };
    const read = split.endOffset - split.startOffset;
    return { counts: { ...NO_COUNTS, read, kept: read }, gaps: NO_GAPS };
  };
  /** Of all splits of Kafka. */
  gaps: Gaps = NO_GAPS;
  /** Called while the engine works, to look at or to break what goes on. */
  onBuild: (request: StageOneRequest) => void | Promise<void> = () => {};

  async build(request: StageOneRequest): Promise<StageOneResult> {
    this.builds += 1;
    await this.onBuild(request);
    request.signal.throwIfAborted();
    const { counts } = this;
    const bytes = new TextEncoder().encode(`kept=${counts.kept}`);
    const path = partKey(request.prefix, 0);
    if (counts.kept > 0) await request.store.put(path, bytes, request.signal);
    const parts = counts.kept > 0 ? [{ path, rows: counts.kept, bytes: bytes.length, sha256: sha256(bytes) }] : [];
    return {
      engine: { name: this.name, version: '1', parquet: 'none' },
      counts,
      splits: request.plan.splits.map((split) => ({ id: split.id, ...this.accountOf(split) })),
      ...(request.plan.ranges === undefined ? {} : { gaps: this.gaps }),
      strays: {},
      rejects: null,
      rejectReasons: {},
      identity: null,
      groups: counts.kept,
      sums: counts.kept > 0 ? { count: String(counts.kept) } : {},
      columns: [
        { name: '__time', role: 'time', type: 'timestamp' },
        { name: 'count', role: 'metric', type: 'long' },
      ],
      parts,
      timingsMs: { scan: 1, merge: 1 },
      peak: { memoryBytes: 0, spilledBytes: 0 },
    };
  }
}
