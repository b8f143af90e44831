import type { SplitReader } from '@hourmill/core';

/** Reads `bytes` in steps of up to `step`; with `waiting` every second call has to wait first, as a network's reader does. */
export function readerOf(bytes: Uint8Array, step = Number.POSITIVE_INFINITY, waiting = false): SplitReader {
  let ready = !waiting;
  return {
    read: (memory, at, length, position) => {
      if (!ready) {
        ready = true;
        return Promise.resolve();
      }
      ready = !waiting;
      const piece = bytes.subarray(position, position + Math.min(length, step));
      memory.set(piece, at);
      return piece.length;
    },
    close: () => {},
  };
}
