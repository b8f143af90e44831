import { HourmillError } from '@hourmill/core';
import type { RecordBytes, Reject } from '@hourmill/record';

/** A rejected record with its place in the range that was scanned. Plain data. */
export interface RangeReject {
  readonly range: number;
  /** Ordinal of the record in its range. */
  readonly index: number;
  readonly record: RecordBytes;
  readonly reason: Reject['reason'];
  readonly detail: string;
}

/** The rejected records of one worker, until the main thread writes them in the order of positions. */
export class RangeRejects {
  readonly #maxBytes: number;
  readonly rejects: RangeReject[] = [];
  #bytes = 0;

  /** @param maxBytes what the lines of the rejects file may take: the records alone are never more */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Copies the record's bytes.
   * @throws HM_LIMIT_003 as soon as it is certain that the rejects will take more than they may
   */
  add(range: number, index: number, record: RecordBytes, { reason, detail }: Reject): void {
    this.#bytes += record.bytes.length;
    if (this.#bytes > this.#maxBytes) {
      throw new HourmillError(
        'HM_LIMIT_003',
        `the rejected records take more than ${this.#maxBytes} bytes (limits.maxRejectedBytes); the last: ${detail} (${reason})`,
        { context: { maxRejectedBytes: this.#maxBytes } },
      );
    }
    this.rejects.push({ range, index, record: { ...record, bytes: record.bytes.slice() }, reason, detail });
  }
}
