import { HourmillError } from '@hourmill/core';
import type { RecordBytes, Reject } from '@hourmill/record';

/** A line of the rejects file has at least so many bytes besides those of its record. */
const LEAST_LINE_BYTES = 64;

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

  /** @param maxBytes what the lines of the rejects file may take */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Copies the record's bytes, and of a message only where it stood: its key and headers are in no line.
   * @throws HM_LIMIT_003 as soon as it is certain that the rejects will take more than they may
   */
  add(range: number, index: number, record: RecordBytes, { reason, detail }: Reject): void {
    this.#bytes += record.bytes.length + LEAST_LINE_BYTES;
    if (this.#bytes > this.#maxBytes) {
      throw new HourmillError(
        'HM_LIMIT_003',
        `the rejected records take more than ${this.#maxBytes} bytes (limits.maxRejectedBytes); the last: ${detail} (${reason})`,
        { context: { maxRejectedBytes: this.#maxBytes } },
      );
    }
    this.rejects.push({ range, index, record: copyOf(record), reason, detail });
  }
}

function copyOf(record: RecordBytes): RecordBytes {
  const { bytes, message } = record;
  const place = message === undefined ? {} : { message: { ...message, key: null, headers: [] } };
  return { ...record, bytes: bytes.slice(), ...place };
}
