import * as z from 'zod';
import { definitionSchema } from './definition-schema.ts';

/**
 * The JSON Schema (2020-12) of the definition file, for editors: the same zod schema that validates, as the file is
 * written. Rules between several keys are the loader's alone.
 */
export function pipelineJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(definitionSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // What a reference stands for is not known to an editor.
      if (jsonSchema.pattern !== undefined) jsonSchema.pattern = `\\$\\{|${jsonSchema.pattern}`;
    },
  });
  return { $schema, title: 'Hourmill pipeline', ...schema };
}
