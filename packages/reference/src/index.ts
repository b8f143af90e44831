export { createReferenceEngine } from './engine.ts';
export type { ReferenceEngineOptions } from './options.ts';
