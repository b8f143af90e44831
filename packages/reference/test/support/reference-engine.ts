import type { ObjectSource } from '@hourmill/core';
import { fileSource } from '@hourmill/objects';
import { createReferenceEngine } from '@hourmill/reference';
import type { EngineUnderTest } from '@hourmill/testkit';

interface Pieces {
  /** Bytes a piece of the source. */
  readonly pieceBytes?: number;
  /** Waited for before each piece. */
  readonly beforePiece?: () => Promise<unknown>;
}

/** The reference engine over local files that come in pieces of this size. */
export function referenceEngine(pieces: Pieces = {}): EngineUnderTest {
  return {
    create: createReferenceEngine,
    source: (paths) => inPieces(fileSource({ paths, window: { hoursBefore: 0, hoursAfter: 0 } }), pieces),
  };
}

function inPieces(source: ObjectSource, { pieceBytes = 4096, beforePiece }: Pieces): ObjectSource {
  return {
    ...source,
    read: async function* (split, signal) {
      for await (const bytes of source.read(split, signal)) {
        for (let start = 0; start < bytes.length; start += pieceBytes) {
          await beforePiece?.();
          yield bytes.subarray(start, start + pieceBytes);
        }
      }
    },
  };
}
