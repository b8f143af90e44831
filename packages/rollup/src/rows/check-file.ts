import { createHash } from 'node:crypto';
import { HourmillError } from '@hourmill/core';
import type { Turns } from '../limits/turns.ts';

/** Bytes that are hashed at a time: a few milliseconds. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** What a manifest says of a file. */
interface FileRecord {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** @throws HM_LEDGER_004 unless these are the bytes of the file */
export async function checkFile(bytes: Uint8Array, file: FileRecord, turns: Turns): Promise<void> {
  const { path } = file;
  const found = await sha256Of([bytes], turns);
  if (found === file.sha256 && bytes.length === file.bytes) return;
  throw new HourmillError(
    'HM_LEDGER_004',
    `${path} is damaged: its sha256 is ${found} (${bytes.length} bytes), and the manifest says ${file.sha256} (${file.bytes} bytes)`,
    { context: { path } },
  );
}

/** Hex, of the pieces one after another. */
export async function sha256Of(pieces: readonly Uint8Array[], turns: Turns): Promise<string> {
  const hash = createHash('sha256');
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += PIECE_BYTES) {
      hash.update(piece.subarray(from, from + PIECE_BYTES));
      await turns.take();
    }
  }
  return hash.digest('hex');
}
