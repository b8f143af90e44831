// Runs inside workers: see `WorkerModule` of core.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ObjectOpener, ObjectSplit, SplitReader } from '@hourmill/core';
import { toInputError } from './errno.ts';
import { checkUnchanged, endedEarly } from './planned-file.ts';

/** Local files need no options. */
export function openSplits(): ObjectOpener {
  return {
    type: 'object',
    open: (split, signal) => new FileSplitReader(split, signal),
    [Symbol.asyncDispose]: async () => {},
  };
}

/**
 * Reads a planned file straight into the caller's memory and never waits. On opening and on closing the file must be the
 * planned one: same size, time of change and inode, and in the end still under its name.
 */
class FileSplitReader implements SplitReader {
  readonly #split: ObjectSplit;
  readonly #path: string;
  readonly #signal: AbortSignal;
  readonly #descriptor: number;

  constructor(split: ObjectSplit, signal: AbortSignal) {
    signal.throwIfAborted();
    this.#split = split;
    this.#path = fileURLToPath(split.id);
    this.#signal = signal;
    this.#descriptor = this.#coded(() => openSync(this.#path, 'r'));
    try {
      this.#coded(() => checkUnchanged(split, this.#path, fstatSync(this.#descriptor, { bigint: true })));
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  read(memory: Uint8Array, at: number, length: number, position: number): number {
    this.#signal.throwIfAborted();
    const wanted = Math.min(length, this.#split.bytes - position);
    if (wanted <= 0) return 0;
    const bytesRead = this.#coded(() => readSync(this.#descriptor, memory, at, wanted, position));
    if (bytesRead === 0) throw endedEarly(this.#split, this.#path, position);
    return bytesRead;
  }

  close(): void {
    this.#coded(() => {
      try {
        checkUnchanged(this.#split, this.#path, fstatSync(this.#descriptor, { bigint: true }));
      } finally {
        closeSync(this.#descriptor);
      }
      checkUnchanged(this.#split, this.#path, statSync(this.#path, { bigint: true }));
    });
  }

  #coded<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw toInputError(error, this.#path);
    }
  }
}
