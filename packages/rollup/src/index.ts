export { createMerger } from './create-merger.ts';
export type { MergerOptions } from './options.ts';
export { storedRollUp } from './stored-roll-up.ts';
