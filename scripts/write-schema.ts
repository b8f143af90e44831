/** Writes schemas/pipeline.schema.json from the schema that validates definitions. A test holds both equal. */
import { writeFileSync } from 'node:fs';
import { pipelineJsonSchema } from '@hourmill/pipeline';

const target = new URL('../schemas/pipeline.schema.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`);
