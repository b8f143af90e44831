import type { KnownKeys } from '@hourmill/core';
import type { Crew } from '../crew/crew.ts';
import { FINGERPRINT_BYTES } from '../spill/event-spill.ts';
import { PIECE_KEYS } from './owned-keys.ts';

/** Some keys that count as seen, of all owners: 16 bytes each, at the start of the buffer. */
export interface KnownPiece {
  readonly buffer: SharedArrayBuffer;
  readonly bytes: number;
}

const PIECE_BYTES = FINGERPRINT_BYTES * PIECE_KEYS;
const ALL_HASHES = 2n ** 64n;

/** Reads the keys that count as seen and hands them to all owners, each of which takes its own. One piece is in memory at a time. */
export async function shareKnownKeys(crew: Crew, known: KnownKeys, signal: AbortSignal): Promise<void> {
  const buffer = new SharedArrayBuffer(PIECE_BYTES);
  const piece = new Uint8Array(buffer);
  let bytes = 0;
  const handOver = async (): Promise<void> => {
    await crew.all((stage) => stage.know({ buffer, bytes }));
    bytes = 0;
  };
  for await (const keys of known.read(0n, ALL_HASHES, signal)) {
    for (let from = 0; from < keys.length; ) {
      const to = Math.min(keys.length, from + PIECE_BYTES - bytes);
      piece.set(keys.subarray(from, to), bytes);
      bytes += to - from;
      from = to;
      if (bytes === PIECE_BYTES) await handOver();
    }
  }
  if (bytes > 0) await handOver();
}
