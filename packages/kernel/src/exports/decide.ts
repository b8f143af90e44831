/** What the module exports of `assembly/decide`: who decides on a row, and the decision. */
export interface DecideExports {
  /** Appends the block's rows without a flag to the candidates of the open batch. */
  routeBlock(): void;
  /**
   * Groups the candidates' fingerprints by owner (1 to 64 owners), each owner's in the order in which they are decided;
   * without a key nothing but the order of the candidates is touched. Once a batch.
   * @param reverse 1 when the last row wins: the order of the candidates is turned first
   */
  routeBatch(batch: number, owners: number, reverse: number): void;
  /** An empty table of keys, with room for so many; it grows when there are more. Writes every page of it once. */
  decideSetup(expectedKeys: number): void;
  /**
   * Which of these fingerprints (16 bytes each) are the first of their key, over all calls since the setup.
   * @param keep a byte for each: 1 or 0
   * @returns the number of ones
   */
  decide(fingerprints: number, rows: number, keep: number): number;
  /** Different keys seen since the setup. */
  decideKeys(): number;
  /** Moves the fingerprints (16 bytes each) that one of so many owners decides to the front. @returns how many they are */
  takeOwned(fingerprints: number, count: number, owners: number, owner: number): number;
  /** Adds keys that count as seen, after the setup and before the first `decide`. */
  addKnownKeys(fingerprints: number, count: number): void;
  /** Different keys that `addKnownKeys` has added. */
  knownKeys(): number;
  /** Whether the table takes so many more keys and leaves `reserve` bytes of the budget for others: 1 or 0. */
  decideFits(rows: number, reserve: number): number;
  /** Bytes held by the table of keys. */
  decideBytes(): number;
  /** Gives the table's memory back. */
  decideRelease(): void;
}
