export { createIndexer, type IndexerOptions } from './create-indexer.ts';
export { type DescribeDruidOptions, type DruidDescription, describeDruid } from './describe-druid.ts';
export type { IndexerDefinition } from './indexer-definition.ts';
export type { Timing } from './timing.ts';
