import type { Kernel } from '@hourmill/kernel';
import { FINGERPRINT_BYTES } from '../spill/event-spill.ts';
import type { MemoryPressure } from '../spill/memory-pressure.ts';
import { type CountSpilled, SpillFile, type SpillHandle } from '../spill/spill-file.ts';
import { collectGarbage } from '../worker/collect-garbage.ts';

/** Keys are dumped by the first bits of their h1. */
export const DUMP_BITS = 8;
const PARTITIONS = 2 ** DUMP_BITS;
/** More than this is not left to a collection that comes by itself. */
const MUCH_BYTES = 32 * 1024 * 1024;

/** Some keys of kept records, 16 bytes each, grouped by their first DUMP_BITS bits. Plain data, and any thread can read them. */
export interface KeyDump {
  readonly place: SpillHandle | SharedArrayBuffer;
  /** Where each group begins, and last where the last one ends. */
  readonly starts: Float64Array;
}

/** The keys of the records that this worker has kept as their owner, until they are sorted: in memory while there is room, else on disk. */
export class KeyDumps implements Disposable {
  readonly #count: CountSpilled;
  readonly dumps: KeyDump[] = [];
  /** Of shared memory. */
  memoryBytes = 0;
  #file: SpillFile | null = null;

  constructor(count: CountSpilled) {
    this.#count = count;
  }

  /**
   * Takes the keys of the kernel's table of keys but for those that were known before. To be called before it is released.
   * @param pressure says whether they may stay in memory; null: they may not, because other tables will want it
   */
  add(kernel: Kernel, pressure: MemoryPressure | null): void {
    const { exports } = kernel;
    const bytes = FINGERPRINT_BYTES * (exports.decideKeys() - exports.knownKeys());
    if (bytes === 0) return;
    if (!pressure?.dumpFits(bytes)) {
      const file = this.#file ?? new SpillFile(this.#count);
      this.#file = file;
      this.#dump(kernel, file.handle, (some) => file.append(some));
      return;
    }
    const buffer = new SharedArrayBuffer(bytes);
    exports.count(bytes);
    this.memoryBytes += bytes;
    const memory = new Uint8Array(buffer);
    let end = 0;
    this.#dump(kernel, buffer, (some) => {
      memory.set(some, end);
      end += some.length;
      return end - some.length;
    });
  }

  #dump(kernel: Kernel, place: KeyDump['place'], append: (bytes: Uint8Array) => number): void {
    const { exports } = kernel;
    let slot = 0;
    do {
      slot = exports.dumpKeys(slot, PARTITIONS, 0);
      const from = exports.frameBuffer();
      const at = append(kernel.bytes.subarray(from, from + exports.frameBufferBytes()));
      const first = exports.partitionStartsAt() / 4;
      const starts = Float64Array.from(kernel.words.subarray(first, first + PARTITIONS + 1), (start) => at + start);
      this.dumps.push({ place, starts });
    } while (slot !== 0);
  }

  /** Gives all memory and disk space back. @param kernel whose memory limit the dumps count for */
  forget(kernel: Kernel): void {
    this[Symbol.dispose]();
    this.dumps.length = 0;
    kernel.exports.count(-this.memoryBytes);
    if (this.memoryBytes > MUCH_BYTES) collectGarbage();
    this.memoryBytes = 0;
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
    this.#file = null;
  }
}
