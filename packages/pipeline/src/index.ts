export type { Definition } from './definition-schema.ts';
export { parseFieldPath } from './field-path.ts';
export type { Comparison, Filter, Literal, NumberLiteral } from './filter/filter.ts';
export { parseFilter } from './filter/parse-filter.ts';
export { pipelineJsonSchema } from './json-schema.ts';
export { type DefinitionInput, type LoadedDefinition, loadDefinition } from './load-definition.ts';
export type {
  DimensionColumn,
  FieldMetricType,
  FieldPath,
  MetricColumn,
  MultiValueHandling,
  Program,
  TimestampFormat,
} from './program.ts';
export type { S3Connection } from './schema/connection.ts';
export type { DruidConnection } from './schema/druid.ts';
export type { KafkaConnection, KafkaSasl } from './schema/kafka-connection.ts';
export type { Store } from './schema/output.ts';
export { parseStore } from './schema/store-address.ts';
export { expandTimePattern } from './time-pattern.ts';
export { parseDuration } from './units/duration.ts';
export { parseSize } from './units/size.ts';
