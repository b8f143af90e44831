import type { Definition } from '@hourmill/pipeline';

/** The part of a pipeline's definition that stage 2 reads; a whole definition fits. */
export interface IndexerDefinition extends Pick<Definition, 'druid'> {
  readonly rollup: Pick<Definition['rollup'], 'queryGranularity'>;
}
