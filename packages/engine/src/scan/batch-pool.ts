import type { Kernel } from '@hourmill/kernel';

/** Batches of one kernel: allocated when they are needed, used again when they are free. */
export class BatchPool {
  readonly #kernel: Kernel;
  readonly #free: number[] = [];
  #allocated = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get inUse(): number {
    return this.#allocated - this.#free.length;
  }

  get hasFree(): boolean {
    return this.#free.length > 0;
  }

  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#allocated += 1;
    return this.#kernel.exports.allocate(this.#kernel.exports.batchBytes());
  }

  giveBack(at: number): void {
    this.#free.push(at);
  }

  /** Gives all memory back to the kernel. Nothing may be in use. */
  release(): void {
    const bytes = this.#kernel.exports.batchBytes();
    for (const at of this.#free.splice(0)) this.#kernel.exports.release(at, bytes);
    this.#allocated = 0;
  }
}
