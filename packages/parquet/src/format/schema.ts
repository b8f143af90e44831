import type { PartColumn } from '@hourmill/core';
import { CONVERTED_TYPE, PHYSICAL_TYPE, REPETITION } from './constants.ts';
import type { ThriftWriter } from './thrift-writer.ts';

/** One node of the schema, in the order of a walk from the root. */
export interface SchemaElement {
  readonly name: string;
  /** Null for the root, which has none. */
  readonly repetition: keyof typeof REPETITION | null;
  /** Null for groups. */
  readonly type: keyof typeof PHYSICAL_TYPE | null;
  readonly children: number;
  readonly logical: 'STRING' | 'TIMESTAMP_MILLIS' | 'LIST' | null;
}

const TYPES = {
  timestamp: 'INT64',
  long: 'INT64',
  double: 'DOUBLE',
  string: 'BYTE_ARRAY',
  stringList: 'BYTE_ARRAY',
} as const;

/** The elements of the three-level list of LogicalTypes.md. */
const LIST = 'list';
const ELEMENT = 'element';

export function physicalType(column: PartColumn): number {
  return PHYSICAL_TYPE[TYPES[column.type]];
}

/** From the root to the values. */
export function leafPath({ name, type }: PartColumn): readonly string[] {
  return type === 'stringList' ? [name, LIST, ELEMENT] : [name];
}

/** `__time` must have a value, every other column may be null. */
export function schemaElements(columns: readonly PartColumn[]): readonly SchemaElement[] {
  const root = { name: 'schema', repetition: null, type: null, children: columns.length, logical: null };
  return [root, ...columns.flatMap(elementsOf)];
}

function elementsOf({ name, role, type }: PartColumn): readonly SchemaElement[] {
  const string = { repetition: 'OPTIONAL', type: 'BYTE_ARRAY', children: 0, logical: 'STRING' } as const;
  const repetition = role === 'time' ? 'REQUIRED' : 'OPTIONAL';
  switch (type) {
    case 'timestamp':
      return [{ name, repetition, type: TYPES[type], children: 0, logical: 'TIMESTAMP_MILLIS' }];
    case 'long':
    case 'double':
      return [{ name, repetition, type: TYPES[type], children: 0, logical: null }];
    case 'string':
      return [{ name, ...string }];
    case 'stringList':
      return [
        { name, repetition, type: null, children: 1, logical: 'LIST' },
        { name: LIST, repetition: 'REPEATED', type: null, children: 1, logical: null },
        { name: ELEMENT, ...string },
      ];
  }
}

/** `SchemaElement` of parquet.thrift. */
export function writeSchemaElement(thrift: ThriftWriter, element: SchemaElement): void {
  const { name, repetition, type, children, logical } = element;
  if (type !== null) thrift.i32(1, PHYSICAL_TYPE[type]);
  if (repetition !== null) thrift.i32(3, REPETITION[repetition]);
  thrift.string(4, name);
  if (type === null) thrift.i32(5, children);
  if (logical !== null) writeLogicalType(thrift, logical);
}

function writeLogicalType(thrift: ThriftWriter, logical: 'STRING' | 'TIMESTAMP_MILLIS' | 'LIST'): void {
  switch (logical) {
    case 'STRING':
      thrift.i32(6, CONVERTED_TYPE.UTF8);
      thrift.struct(10, () => thrift.emptyStruct(1));
      break;
    case 'LIST':
      thrift.i32(6, CONVERTED_TYPE.LIST);
      thrift.struct(10, () => thrift.emptyStruct(3));
      break;
    case 'TIMESTAMP_MILLIS':
      thrift.i32(6, CONVERTED_TYPE.TIMESTAMP_MILLIS);
      thrift.struct(10, () => thrift.struct(8, () => writeMillisUtc(thrift)));
      break;
  }
}

/** `TimestampType`: adjusted to UTC, in milliseconds. */
function writeMillisUtc(thrift: ThriftWriter): void {
  thrift.boolean(1, true);
  thrift.struct(2, () => thrift.emptyStruct(1));
}
