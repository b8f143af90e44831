import type { KafkaRange, Loss, ObjectSplit, Split } from '../plan.ts';
import type { TimeChunk } from '../time-chunk.ts';
import type { WorkerModule } from './split-reader.ts';

export interface Listing {
  /** In the order of positions (DESIGN.md section 4.3). Ordinals count from 0. */
  readonly splits: readonly Split[];
  /** By partition; of a Kafka source only. */
  readonly ranges?: readonly KafkaRange[];
  /** What the definition names but is not there. A run stops at the first one unless losses are accepted. */
  readonly losses: readonly Loss[];
}

/** What a source of files or objects lists. */
export interface ObjectListing extends Listing {
  readonly splits: readonly ObjectSplit[];
}

/** One thing that a source needs, and `hourmill doctor` looks at. */
export interface SourceCheck {
  /** Unique in a source, for people: `kafka brokers`. */
  readonly name: string;
  /**
   * What there is to say when all is well. Its answer may rest on the checks before it, so they are looked at in order.
   * @throws HourmillError with what is wrong and what to do
   */
  look(signal: AbortSignal): Promise<string>;
}

/** Where raw events come from. Failures are HM_INPUT_*. */
export interface Source {
  /** Finds all input of a chunk. Reads no event. */
  list(chunk: TimeChunk, signal?: AbortSignal): Promise<Listing>;
  /**
   * The bytes of an object as stored, still compressed, in order, in pieces of any size that the reader may keep. Absent: only
   * `worker` serves.
   * @throws HM_INPUT_002 when the bytes are no longer those of the plan, at the latest before the iteration ends
   */
  read?(split: ObjectSplit, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * Of objects and files: whether one of this id, if it is there, is input of the chunk too. Looks at names alone, so it is exact
   * as long as the listing found the object by its name. Absent: a source of Kafka.
   */
  inputOf?(chunk: TimeChunk): (id: string) => boolean;
  /** What to look at before one trusts it with this chunk, in order. Absent: that {@link list} answers is all. */
  checks?(chunk: TimeChunk): readonly SourceCheck[];
  /** For engines that read inside their workers: a module with a `SplitOpenerModule`. Absent: only `read` serves. */
  readonly worker?: WorkerModule;
}

/** Files or objects. */
export interface ObjectSource extends Source {
  list(chunk: TimeChunk, signal?: AbortSignal): Promise<ObjectListing>;
  inputOf(chunk: TimeChunk): (id: string) => boolean;
  read(split: ObjectSplit, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}
