import type { TimeChunk } from '@hourmill/core';
import { compileFilter, KAFKA_FIELD, type Kernel, METRIC, OPERATOR, SLACK_BYTES } from '@hourmill/kernel';
import type { DimensionColumn, FieldPath, Program } from '@hourmill/pipeline';
import { type KafkaField, kafkaFieldOf } from '@hourmill/record';
import { Fields, metricsOf } from './fields.ts';
import { timeBuckets } from './time-buckets.ts';

const TIME_FORMATS = { auto: 0, iso: 1, millis: 2, posix: 3, micro: 4, nano: 5 } as const;

/**
 * Compiles a program into a kernel: the wanted fields, the operators over each block in their order, the shape of batches and
 * group rows. Once for an instance, before anything is scanned.
 */
export function setUpKernel(kernel: Kernel, program: Program, chunk: TimeChunk, maxRecordBytes: number): Fields {
  const { exports } = kernel;
  const fields = new Fields(program);
  exports.setFields(fields.paths.length);
  exports.scanSetup(fields.paths.length, maxRecordBytes);
  addFields(kernel, program, fields.paths);
  exports.setBatchShape(program.dimensions.length, fields.columns.length, program.deduplicate === null ? 0 : 1);

  const { format, path } = program.timestamp;
  exports.setTime(TIME_FORMATS[format], BigInt(chunk.startMs), BigInt(chunk.endMs), BigInt(program.queryGranularityMs));
  exports.addOperator(OPERATOR.readTime, fields.field(path), 0);
  fields.columns.forEach((column, index) => {
    const kind = column.type === 'long' ? OPERATOR.readLong : OPERATOR.readDouble;
    exports.addOperator(kind, fields.field(column.path), index);
  });
  if (program.deduplicate !== null) {
    for (const key of program.deduplicate.key) exports.addKeyField(fields.field(key));
    exports.addOperator(OPERATOR.hashKey, 0, 0);
  }
  if (program.filter !== null) {
    compileFilter(kernel, program.filter, (field) => fields.field(field));
    exports.addOperator(OPERATOR.applyFilter, 0, 0);
  }
  // Last, so that records which are not wanted leave nothing in the dictionaries.
  exports.setDictionaries(program.dimensions.length);
  program.dimensions.forEach((dimension, index) => {
    exports.addOperator(encoder(dimension), fields.field(dimension.path), index);
  });
  exports.setMetricColumns(fields.columns.length);
  for (const metric of metricsOf(program)) {
    exports.addMetric(METRIC[metric.type], fields.column(metric.path, metric.type));
  }
  exports.aggregateSetup(timeBuckets(chunk, program.queryGranularityMs).count);
  return fields;
}

/** No groups and no values in dictionaries, as after {@link setUpKernel}: their memory is free. No code may be in use. */
export function emptyGroups({ exports }: Kernel, program: Program, chunk: TimeChunk): void {
  for (const dimension of program.dimensions.keys()) exports.forgetSealed(dimension);
  exports.aggregateRelease();
  exports.emptyDictionaries();
  exports.releasePlaces();
  exports.aggregateSetup(timeBuckets(chunk, program.queryGranularityMs).count);
}

function encoder({ type, multiValue }: DimensionColumn): number {
  if (multiValue !== null) return OPERATOR.encodeList;
  switch (type) {
    case 'string':
      return OPERATOR.encodeString;
    case 'long':
      return OPERATOR.encodeLong;
    case 'double':
      return OPERATOR.encodeDouble;
  }
}

interface KeyNode {
  field: number;
  readonly children: Map<string, KeyNode>;
}

/** Tells the scanner which keys lead to wanted fields, from the root downwards, and which fields are Kafka's. */
function addFields(kernel: Kernel, program: Program, paths: readonly FieldPath[]): void {
  const root: KeyNode = { field: -1, children: new Map() };
  paths.forEach((path, field) => {
    const kafkaField = kafkaFieldOf(program, path);
    if (kafkaField === null) plant(root, path, field);
    else addKafkaField(kernel, kafkaField, field);
  });
  addChildren(kernel, root, -1);
}

function plant(root: KeyNode, path: FieldPath, field: number): void {
  let node = root;
  for (const key of path) {
    const child = node.children.get(key) ?? { field: -1, children: new Map() };
    node.children.set(key, child);
    node = child;
  }
  node.field = field;
}

function addChildren(kernel: Kernel, node: KeyNode, id: number): void {
  for (const [key, child] of node.children) {
    const { at, length } = putText(kernel, key);
    addChildren(kernel, child, kernel.exports.addKey(id, at, length, child.field));
  }
}

function addKafkaField(kernel: Kernel, kafkaField: KafkaField, field: number): void {
  const { at, length } = putText(kernel, kafkaField.kind === 'header' ? kafkaField.name : '');
  kernel.exports.addKafkaField(field, KAFKA_FIELD[kafkaField.kind], at, length);
}

/** As UTF-8, for good: there are few. */
function putText(kernel: Kernel, text: string): { readonly at: number; readonly length: number } {
  const utf8 = Buffer.from(text, 'utf8');
  const at = kernel.exports.allocate(utf8.length + SLACK_BYTES);
  kernel.bytes.set(utf8, at);
  return { at, length: utf8.length };
}
