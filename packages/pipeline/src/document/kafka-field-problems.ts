import type { Definition } from '../definition-schema.ts';
import { parseFieldPath } from '../field-path.ts';
import { fieldsOf } from '../filter/lexer.ts';
import { kafkaFieldTrouble } from '../kafka-fields.ts';
import type { FieldPath } from '../program.ts';
import type { DefinitionDocument } from './definition-document.ts';
import { showFound } from './issue-text.ts';
import type { Problem } from './problem.ts';
import type { Substituted } from './substitution.ts';

/** A field that a checked definition names, and where. */
interface NamedField {
  readonly keys: readonly PropertyKey[];
  readonly path: FieldPath;
  /** Where it begins in the text, which is a filter then. */
  readonly offset?: number;
}

/** Of a Kafka source: every field that begins with `kafka` and is none of those that Kafka gives. */
export function kafkaFieldProblems(
  definition: Definition,
  document: DefinitionDocument,
  { holds }: Substituted,
): Problem[] {
  if (definition.source.type !== 'kafka') return [];
  const problems = namedFields(definition).flatMap(({ keys, path, offset }): Problem[] => {
    const trouble = kafkaFieldTrouble(path);
    if (trouble === null) return [];
    const place = document.locate(keys);
    const isFilter = offset !== undefined;
    const found = holds(place.keys) ? `${showFound(place.found)} (its value is not shown)` : showFound(path.join('.'));
    return [
      {
        code: isFilter ? 'HM_DEFINITION_005' : 'HM_DEFINITION_003',
        keys: place.keys,
        offset: document.offsetInText(place.keys, offset ?? 0),
        message: `found ${found}: ${trouble}`,
      },
    ];
  });
  return [...problems, ...timestampProblems(definition, document)];
}

function namedFields({ timestamp, deduplicate, filter, rollup }: Definition): NamedField[] {
  const field = (text: string, ...keys: PropertyKey[]): NamedField => ({ keys, path: parseFieldPath(text) });
  return [
    field(timestamp.column, 'timestamp', 'column'),
    ...(deduplicate?.key.map((key, index) => field(key, 'deduplicate', 'key', index)) ?? []),
    ...(filter === undefined ? [] : fieldsOf(filter).map((found) => ({ keys: ['filter'], ...found }))),
    ...rollup.dimensions.map(({ name, path }, index) =>
      field(path, 'rollup', 'dimensions', index, path === name ? 'name' : 'path'),
    ),
    ...rollup.metrics.flatMap((metric, index) =>
      metric.type === 'count' ? [] : [field(metric.path, 'rollup', 'metrics', index, 'field')],
    ),
  ];
}

/** Kafka's time is a number of milliseconds: read in another format it is another time, or none. */
function timestampProblems({ timestamp }: Definition, document: DefinitionDocument): Problem[] {
  const { column, format } = timestamp;
  if (parseFieldPath(column).join('.') !== 'kafka.timestamp' || format === 'auto' || format === 'millis') return [];
  const keys = ['timestamp', 'format'];
  const message = `found ${showFound(format)}: kafka.timestamp is in milliseconds; expected "auto" or "millis"`;
  return [{ code: 'HM_DEFINITION_003', keys, offset: document.locate(keys).offset, message }];
}
