/**
 * What the module exports of `assembly/spill`: rows that go to disk and come back, as frames (`assembly/spill/frame.ts`). A
 * frame needs no memory but its own, so that any worker can read it. Frames that are written lie in the frame buffer until the
 * next call that writes some; frames that are read lie where the host put them, with SLACK_BYTES behind them that may be read.
 */
export interface SpillExports {
  /** What was written last, and how many bytes of it there are. */
  frameBuffer(): number;
  frameBufferBytes(): number;
  /** The address of u32[partitions + 1]: where each partition's bytes begin in the frame buffer, and where the last ones end. */
  partitionStartsAt(): number;
  /** Gives the memory of the buffer back. */
  releaseFrames(): void;
  /** Gives back what grows with the dictionaries. */
  releasePlaces(): void;

  /** Makes DEFERRED (2) of all answers of a routed, keyed batch. */
  deferAll(batch: number, owners: number): void;
  /**
   * Writes the DEFERRED events of a batch, a frame for each partition (1 to 256) that has any.
   * @returns how many events
   */
  spreadEvents(batch: number, owners: number, partitions: number): number;
  /**
   * Writes the fingerprints of keys by partition, some 65,536 slots of the table at a time.
   * @param from 0 at first, then what the call before returned
   * @param known 1 for the keys of `addKnownKeys`, 0 for all others
   * @returns 0 at the end
   */
  dumpKeys(from: number, partitions: number, known: number): number;

  frameRows(frame: number): number;
  frameBytes(frame: number): number;
  /** u32 by row. */
  frameBucket(frame: number): number;
  /** u32 by row: 0 is null, else 1 + the place in the frame's dictionary. */
  frameCode(frame: number, dimension: number): number;
  /** The dictionary block of a dimension in a frame of groups. */
  frameDictionary(frame: number, dimension: number): number;
  /** 16 bytes by row, of a frame of events. */
  frameFingerprint(frame: number): number;

  /**
   * Adds keys of a partition that come before all its events, if they belong to the section.
   * @param known 1 for keys that were known before any record; they are to be added first
   */
  addKeys(
    fingerprints: number,
    count: number,
    partitions: number,
    sections: number,
    section: number,
    known: number,
  ): void;
  /**
   * Which of up to 8,192 events of a partition are the first of their key, of those that belong to the section.
   * @param out gets their places in the frame, u32 each
   * @returns how many
   */
  decideEvents(
    fingerprints: number,
    count: number,
    partitions: number,
    sections: number,
    section: number,
    out: number,
  ): number;
  /** Of the last call: how many of the events belong to the section. */
  eventsConsidered(): number;
  /** Makes a batch of a frame of events; its rows are those of the frame. */
  readEvents(frame: number, batch: number): void;

  /** Writes the sorted groups (`keyGroups`) in [from, to), at most 8,192, as one frame. */
  writeGroupsFrame(from: number, to: number): void;
  /** Adds rows [from, to) of a frame of groups to this worker's groups. `batch` is used as memory. */
  readGroups(frame: number, from: number, to: number, batch: number): void;
}
