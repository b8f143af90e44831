/** What the module exports of `assembly/filter`. The program is made by `compileFilter`. */
export interface FilterExports {
  /** The filter's program: so many instructions at this address, and the truths that its stack must hold. */
  setFilter(at: number, instructions: number, depth: number): void;
  /** FILTERED where the filter is not true, PUNT where it cannot be decided. The arguments are unused. */
  applyFilter(unused: number, alsoUnused: number): void;
}
