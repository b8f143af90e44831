import type { Kernel } from '@hourmill/kernel';
import type { HeldBatch } from '../scan/held-batch.ts';
import { EventFrameList, type KeyBlock, type SpilledEvents } from './event-frames.ts';
import { type CountSpilled, SpillFile } from './spill-file.ts';

export const FINGERPRINT_BYTES = 16;

/** Puts events on disk that cannot be decided in memory, by partitions of their keys, and the keys that were decided before them. */
export class EventSpill implements Disposable {
  readonly #partitions: number;
  readonly #workers: number;
  readonly #count: CountSpilled;
  readonly #frames = new EventFrameList();
  readonly #keys: KeyBlock[] = [];
  #file: SpillFile | null = null;

  constructor(workers: number, count: CountSpilled) {
    this.#workers = workers;
    this.#partitions = partitionsOf(workers);
    this.#count = count;
  }

  /** Everything that was put on disk; null when nothing was. */
  get spilled(): SpilledEvents | null {
    return this.#file && { file: this.#file.handle, frames: this.#frames.data(), keys: this.#keys };
  }

  /** Writes the events of a decided batch whose answer is DEFERRED. @returns how many there are */
  addEvents(kernel: Kernel, batch: HeldBatch): number {
    const { exports } = kernel;
    const events = exports.spreadEvents(batch.at, this.#workers, this.#partitions);
    if (events === 0) return 0;
    this.#append(kernel, (partition, at, bytes, address) => {
      const rows = exports.frameRows(address);
      this.#frames.add({ partition, range: batch.range, batch: batch.number, rows, at, bytes });
    });
    return events;
  }

  /** Writes all keys of a kernel's table of keys. */
  addKeys(kernel: Kernel): void {
    if (kernel.exports.knownKeys() > 0) this.#addKeys(kernel, true);
    this.#addKeys(kernel, false);
  }

  #addKeys(kernel: Kernel, isKnown: boolean): void {
    let slot = 0;
    do {
      slot = kernel.exports.dumpKeys(slot, this.#partitions, isKnown ? 1 : 0);
      this.#append(kernel, (partition, at, bytes) => this.#keys.push({ partition, isKnown, at, bytes }));
    } while (slot !== 0);
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
    this.#file = null;
  }

  /** Appends what lies in the frame buffer, and says where each partition's part is now. */
  #append(
    { exports, bytes, words }: Kernel,
    added: (partition: number, at: number, bytes: number, address: number) => void,
  ): void {
    const buffer = exports.frameBuffer();
    this.#file ??= new SpillFile(this.#count);
    const at = this.#file.append(bytes.subarray(buffer, buffer + exports.frameBufferBytes()));
    const starts = exports.partitionStartsAt() / 4;
    for (let partition = 0; partition < this.#partitions; partition++) {
      const [from = 0, to = 0] = words.subarray(starts + partition, starts + partition + 2);
      if (to > from) added(partition, at + from, to - from, buffer + from);
    }
  }
}

/** Enough that each worker gets several, and one does not hold up the rest; few, so that frames are not small. */
export function partitionsOf(workers: number): number {
  return Math.min(256, Math.max(16, 2 * workers));
}

export function keysIn(block: { readonly bytes: number }): number {
  return block.bytes / FINGERPRINT_BYTES;
}
