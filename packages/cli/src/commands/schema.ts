import { pipelineJsonSchema } from '@hourmill/pipeline';
import { printJson } from '../output/json.ts';

/** `hourmill schema`: what schemas/pipeline.schema.json holds. */
export function schema(): void {
  printJson(pipelineJsonSchema());
}
