import { HourmillError, type Millis, type Plan } from '@hourmill/core';
import type { RecordBytes } from '@hourmill/record';
import { type LateHour, lateHours } from '@hourmill/sidecar';

/** A line of a file of late rows has at least so many bytes besides those of its record. */
const LEAST_LINE_BYTES = 32;

/** A late record with its place in the range that was scanned. Plain data. */
export interface LateRecord {
  readonly range: number;
  /** Ordinal of the record in its range. */
  readonly index: number;
  /** Start of the hour that it belongs to. */
  readonly hourMs: Millis;
  readonly record: RecordBytes;
}

/** The late records of one worker, until the main thread writes them in the order of positions. */
export class RangeLate {
  readonly #maxBytes: number;
  readonly #fromMs: Millis;
  readonly #toMs: Millis;
  readonly #hourOf: LateHour;
  readonly records: LateRecord[] = [];
  #bytes = 0;

  /** @param maxBytes what the lines of all late rows may take */
  constructor(plan: Pick<Plan, 'late' | 'chunk' | 'splits'>, maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#fromMs = plan.late?.fromMs ?? plan.chunk.startMs;
    this.#toMs = plan.chunk.startMs;
    this.#hourOf = lateHours(plan);
  }

  /** Whether a stray of this time may be late: of most it is clear that they are not, and nobody need look at their records. */
  mayBeLate(timeMs: Millis): boolean {
    return timeMs >= this.#fromMs && timeMs < this.#toMs;
  }

  /**
   * Copies the record if it is late.
   * @param split index in the plan
   * @throws HM_LIMIT_005 as soon as it is certain that the late rows will take more than they may
   */
  add(split: number, range: number, index: number, timeMs: Millis, record: RecordBytes): void {
    // Of an object all records or none are the input of their own hour: their ordinals make no difference.
    const hourMs = this.#hourOf(split, record.message?.offset ?? 0, timeMs);
    if (hourMs === null) return;
    this.#bytes += record.bytes.length + LEAST_LINE_BYTES;
    if (this.#bytes > this.#maxBytes) {
      throw new HourmillError(
        'HM_LIMIT_005',
        `the late rows take more than ${this.#maxBytes} bytes (limits.maxLateBytes)`,
        { context: { maxLateBytes: this.#maxBytes } },
      );
    }
    this.records.push({ range, index, hourMs, record: { ...record, bytes: record.bytes.slice() } });
  }
}
