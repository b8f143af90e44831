import type { KafkaSplit, ObjectSplit } from '../plan.ts';
import type { RecordSetReader } from './record-sets.ts';

/**
 * Code of an adapter that must run inside a worker thread, as data that can be posted there: the worker imports `module`
 * and calls what it exports with `options`.
 */
export interface WorkerModule {
  /** URL of an ES module. */
  readonly module: string;
  /** Structured-cloneable. It may hold secrets in plain text: never log it. */
  readonly options: unknown;
  /** Plain splits are best read in ranges of so many bytes. Default: what suits local files. */
  readonly rangeBytes?: number;
}

/** Reads the bytes of one split as stored, still compressed. Failures are HM_INPUT_*. One call at a time. */
export interface SplitReader {
  /**
   * Reads up to `length` bytes from `position` of the split into `memory[at, at + length)`. Gives the number of bytes
   * read, 0 only at the split's end. When it has to wait for them it gives a promise instead, and has written nothing:
   * call it again once that is fulfilled. So `memory` is not used after the return, and may be detached while one waits.
   * Any position may be asked for, but only reading onwards is fast.
   * @throws HM_INPUT_002 when the bytes are no longer those of the plan; the signal's reason once it is aborted
   */
  read(memory: Uint8Array, at: number, length: number, position: number): number | Promise<void>;
  /**
   * Lets go of the file or the requests. To be called once, also after a failure.
   * @throws HM_INPUT_002 when the object is no longer that of the plan: then nothing that was read of it may be used
   */
  close(): void | Promise<void>;
}

/** Opens objects inside a worker. Disposing of it closes what its readers share, such as sockets. */
export interface ObjectOpener extends AsyncDisposable {
  readonly type: ObjectSplit['type'];
  /**
   * @param expectedEnd the position behind which little or nothing will be read, so that nothing is fetched ahead there.
   *   Default: the end of the split
   * @throws HM_INPUT_002 when the object is not that of the plan, HM_INPUT_004 when it may not be read
   */
  open(split: ObjectSplit, signal: AbortSignal, expectedEnd?: number): SplitReader | Promise<SplitReader>;
}

/** Opens cuts of partitions inside a worker. Disposing of it closes its connections. */
export interface KafkaOpener extends AsyncDisposable {
  readonly type: KafkaSplit['type'];
  /**
   * @param acceptLoss offsets that are gone are said to be ({@link RecordSet.goneBefore}) and are no failure. Default false
   * @throws HM_INPUT_007 when the topic was made anew, HM_INPUT_004 when it may not be read
   */
  open(split: KafkaSplit, signal: AbortSignal, acceptLoss?: boolean): RecordSetReader | Promise<RecordSetReader>;
}

/** A source opens the one type of splits that it lists. */
export type SplitOpener = ObjectOpener | KafkaOpener;

/** What the module of a source's {@link WorkerModule} exports. */
export interface SplitOpenerModule<Opener extends SplitOpener = SplitOpener> {
  /** Loads what all readers need, such as a library, if that takes long. May be called before anything else is known. */
  load?(): Promise<void>;
  /** @param options of the {@link WorkerModule} */
  openSplits(options: unknown): Opener;
}
