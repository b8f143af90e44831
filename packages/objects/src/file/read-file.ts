import { type FileHandle, open, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { invariant, type ObjectSplit } from '@hourmill/core';
import { toInputError } from './errno.ts';
import { checkUnchanged, endedEarly } from './planned-file.ts';

const PIECE_BYTES = 1 << 20;

/**
 * The bytes of a planned file, in new buffers of up to 1 MiB, one of them read ahead. Before the first and after the last
 * byte the file must be the planned one: same size, time of change and inode, and still under its name.
 * @throws HM_INPUT_002 when it is not, HM_INPUT_004 when it may not be read
 */
export async function* readFileSplit(split: ObjectSplit, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const path = fileURLToPath(split.id);
  signal?.throwIfAborted();
  try {
    const handle = await open(path, 'r');
    try {
      checkUnchanged(split, path, await handle.stat({ bigint: true }));
      yield* pieces(handle, split, path, signal);
      checkUnchanged(split, path, await handle.stat({ bigint: true }));
    } finally {
      await handle.close();
    }
    checkUnchanged(split, path, await stat(path, { bigint: true }));
  } catch (error) {
    throw toInputError(error, path);
  }
}

async function* pieces(
  handle: FileHandle,
  split: ObjectSplit,
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let position = 0;
  let next = readPiece(handle, position, split.bytes);
  while (position < split.bytes) {
    const piece = await next;
    signal?.throwIfAborted();
    if (piece.length === 0) throw endedEarly(split, path, position);
    position += piece.length;
    next = readPiece(handle, position, split.bytes);
    // A consumer that stops early leaves this read to nobody.
    next.catch(() => {});
    yield piece;
  }
  const rest = await next;
  invariant(rest.length === 0, 'a file was read beyond its planned size');
}

/** Up to 1 MiB from `position`, never beyond `end`; empty at `end` and at the end of the file. */
async function readPiece(handle: FileHandle, position: number, end: number): Promise<Uint8Array> {
  const length = Math.min(PIECE_BYTES, end - position);
  if (length === 0) return new Uint8Array(0);
  const buffer = new Uint8Array(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
