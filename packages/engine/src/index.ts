export { HeadStart } from './crew/head-start.ts';
export { createLocalEngine } from './engine.ts';
export type { LocalEngineOptions } from './options.ts';
