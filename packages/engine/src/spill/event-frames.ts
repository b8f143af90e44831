import type { SpillHandle } from './spill-file.ts';

/** A frame of events of one batch that belong to one partition. */
export interface EventFrame {
  readonly partition: number;
  /** Index of the range, and the number of the batch in it as it was scanned. */
  readonly range: number;
  readonly batch: number;
  readonly rows: number;
  readonly at: number;
  readonly bytes: number;
}

/** Keys of one partition that come before the events in frames: fingerprints of 16 bytes. */
export interface KeyBlock {
  readonly partition: number;
  /** Not kept ones, but such as count as seen before any record. */
  readonly isKnown: boolean;
  readonly at: number;
  readonly bytes: number;
}

/** What one worker has put on disk of the events that are decided later. Plain data. */
export interface SpilledEvents {
  readonly file: SpillHandle;
  /** In the order in which they were written: six numbers a frame, see {@link eventFrames}. */
  readonly frames: Float64Array;
  readonly keys: readonly KeyBlock[];
}

const FIELDS = 6;

/** Frames in a form that threads post as one block: there are a few for each batch of a run. */
export class EventFrameList {
  #numbers = new Float64Array(64 * FIELDS);
  #count = 0;

  add({ partition, range, batch, rows, at, bytes }: EventFrame): void {
    if (this.#count * FIELDS === this.#numbers.length) {
      const grown = new Float64Array(2 * this.#numbers.length);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers.set([partition, range, batch, rows, at, bytes], FIELDS * this.#count);
    this.#count += 1;
  }

  data(): Float64Array {
    return this.#numbers.slice(0, FIELDS * this.#count);
  }
}

export function* eventFrames(numbers: Float64Array): Generator<EventFrame> {
  for (let i = 0; i < numbers.length; i += FIELDS) {
    const [partition = 0, range = 0, batch = 0, rows = 0, at = 0, bytes = 0] = numbers.subarray(i, i + FIELDS);
    yield { partition, range, batch, rows, at, bytes };
  }
}
