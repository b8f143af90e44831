export { createReferenceEngine } from './engine.ts';
export { createReferenceMerger } from './merger.ts';
export type { ReferenceEngineOptions, ReferenceMergerOptions } from './options.ts';
