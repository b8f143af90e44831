import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HourmillError } from '@hourmill/core';

/** Counts what is on disk. @throws HM_LIMIT_004 when it is more than allowed */
export type CountSpilled = (bytes: number) => void;

/** The file's place in this process: any thread can read by it, as long as the thread that made it lives. */
export type SpillHandle = number;

let made = 0;

/**
 * A temporary file that has no name: it is removed from its folder as soon as it is open, so that nothing is left of it
 * however the process ends. In the folder that TMPDIR names. Appended to by the thread that made it, read by any.
 */
export class SpillFile implements Disposable {
  readonly handle: SpillHandle;
  readonly #count: CountSpilled;
  #bytes = 0;

  /** @throws HM_ENGINE_004 */
  constructor(count: CountSpilled) {
    this.#count = count;
    const path = join(tmpdir(), `hourmill-spill-${process.pid}-${performance.now().toString(36)}-${made++}`);
    try {
      this.handle = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
    } catch (cause) {
      throw spillError('make', cause);
    }
  }

  /** Returns where these bytes begin in the file. @throws HM_LIMIT_004, HM_ENGINE_004 */
  append(bytes: Uint8Array): number {
    const at = this.#bytes;
    this.#count(bytes.length);
    try {
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(this.handle, bytes, written, bytes.length - written, at + written);
      }
    } catch (cause) {
      throw spillError('write', cause);
    }
    this.#bytes += bytes.length;
    return at;
  }

  /** Gives the disk space back. */
  [Symbol.dispose](): void {
    closeSync(this.handle);
    this.#count(-this.#bytes);
    this.#bytes = 0;
  }
}

/** Reads `length` bytes at `position` into `memory` at `at`. @throws HM_ENGINE_004 */
export function readSpilled(
  handle: SpillHandle,
  memory: Uint8Array,
  at: number,
  length: number,
  position: number,
): void {
  try {
    for (let read = 0; read < length; ) {
      const more = readSync(handle, memory, at + read, length - read, position + read);
      if (more === 0)
        throw new HourmillError('HM_ENGINE_004', 'a temporary file is shorter than what was written to it');
      read += more;
    }
  } catch (cause) {
    throw spillError('read', cause);
  }
}

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

function spillError(what: string, cause: unknown): HourmillError {
  if (cause instanceof HourmillError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const folder = tmpdir();
  const context = { folder };
  if (FULL.includes(code ?? '')) {
    const text = `the disk of the temporary folder ${folder} is full (TMPDIR chooses another one): ${message}`;
    return new HourmillError('HM_LIMIT_004', text, { cause, context });
  }
  return new HourmillError('HM_ENGINE_004', `cannot ${what} a temporary file in ${folder}: ${message}`, {
    cause,
    context,
  });
}
