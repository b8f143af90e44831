import type { GroupWorker } from './group-worker.ts';
import { put } from './test-kernel.ts';

/** All groups of a worker as frames of so many rows, in the order of their keys. */
export function framesOf({ kernel }: GroupWorker, dimensions: number, rows: number): Uint8Array[] {
  const { exports } = kernel;
  for (let dimension = 0; dimension < dimensions; dimension++) {
    exports.sealDictionary(dimension);
    exports.rankOwnValues(dimension);
  }
  exports.keyGroups();
  const groups = exports.groupCount();
  return Array.from({ length: Math.ceil(groups / rows) }, (_, index) => {
    exports.writeGroupsFrame(rows * index, Math.min(groups, rows * (index + 1)));
    const at = exports.frameBuffer();
    return kernel.bytes.slice(at, at + exports.frameBufferBytes());
  });
}

/** Adds the groups of a frame to a worker's own, in two pieces. */
export function addFrame({ kernel }: GroupWorker, bytes: Uint8Array, batch: number): void {
  const { exports } = kernel;
  const frame = put(kernel, bytes);
  const rows = exports.frameRows(frame);
  const middle = Math.floor(rows / 3);
  exports.readGroups(frame, 0, middle, batch);
  exports.readGroups(frame, middle, rows, batch);
  exports.release(frame, bytes.length + 256);
}
