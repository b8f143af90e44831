import type { SplitReader } from '@hourmill/core';

/** The bytes `[from, to)` of a split in steps of up to `step`, as a worker reads them: into a new memory after each wait. */
export async function readSplit(reader: SplitReader, from: number, to: number, step: number): Promise<Buffer> {
  let memory = new Uint8Array(step + 2);
  const pieces: Uint8Array[] = [];
  for (let position = from; position < to; ) {
    const length = Math.min(step, to - position);
    const bytesRead = reader.read(memory, 1, length, position);
    if (typeof bytesRead === 'number') {
      if (bytesRead === 0) break;
      pieces.push(memory.slice(1, 1 + bytesRead));
      position += bytesRead;
    } else {
      // The memory of a worker's kernel may grow while it waits: then the old one is detached.
      memory.buffer.transfer();
      await bytesRead;
      memory = new Uint8Array(step + 2);
    }
  }
  return Buffer.concat(pieces);
}
