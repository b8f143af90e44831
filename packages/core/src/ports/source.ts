import type { Loss, Split } from '../plan.ts';
import type { TimeChunk } from '../time-chunk.ts';
import type { WorkerModule } from './split-reader.ts';

export interface Listing {
  /** In the order of positions: the definition's order, then path by UTF-8 bytes. Ordinals count from 0. */
  readonly splits: readonly Split[];
  /** What the definition names but is not there. A run stops at the first one unless losses are accepted. */
  readonly losses: readonly Loss[];
}

/** Where raw events come from. Failures are HM_INPUT_*. */
export interface Source {
  /** Finds all input of a chunk. Reads no event. */
  list(chunk: TimeChunk, signal?: AbortSignal): Promise<Listing>;
  /**
   * The bytes of a split as stored, still compressed, in order, in pieces of any size that the reader may keep.
   * @throws HM_INPUT_002 when the bytes are no longer those of the plan, at the latest before the iteration ends
   */
  read(split: Split, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** For engines that read inside their workers: a module with a `SplitOpenerModule`. Absent: only `read` serves. */
  readonly worker?: WorkerModule;
}
