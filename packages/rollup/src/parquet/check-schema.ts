import type { PartColumn } from '@hourmill/core';
import type { ThriftStruct } from './thrift-struct.ts';
import { unreadable } from './unreadable.ts';

/** What a leaf of the schema must be for a column: `Type`, and the levels of its values. */
interface Leaf {
  readonly name: string;
  readonly type: number | null;
  readonly convertedType: number | null;
  readonly definition: number;
  readonly repetition: number;
}

// Numbers of enums in parquet.thrift.
const TYPE = { timestamp: 2, long: 2, double: 5, string: 6, stringList: 6 } as const;
const TIMESTAMP_MILLIS = 9;
const OPTIONAL = 1;
const REPEATED = 2;

/**
 * Holds a schema to the columns of a part: `__time` in milliseconds and not null, all others nullable, lists of three levels whose
 * strings may be null. @throws HM_LEDGER_004
 */
export function checkSchema(elements: readonly ThriftStruct[], columns: readonly PartColumn[]): void {
  const leaves = leavesOf(elements);
  if (leaves.length !== columns.length) unreadable(`it has ${leaves.length} columns, not ${columns.length}`);
  columns.forEach((column, index) => {
    if (!isColumn(leaves[index], column)) unreadable(`its column ${index + 1} is not ${column.name}, ${column.type}`);
  });
}

function isColumn(leaf: Leaf | undefined, { name, role, type }: PartColumn): boolean {
  if (leaf?.name !== name || leaf.type !== TYPE[type]) return false;
  const [definition, repetition] = type === 'stringList' ? [3, 1] : [role === 'time' ? 0 : 1, 0];
  if (type === 'timestamp' && leaf.convertedType !== TIMESTAMP_MILLIS) return false;
  return leaf.definition === definition && leaf.repetition === repetition;
}

/** The leaves of a schema (`SchemaElement`s in the order of a walk), by the names of their columns. */
function leavesOf(elements: readonly ThriftStruct[]): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const columns = elements[0]?.numberOrNull(5) ?? 0;
  let next = 1;
  for (let column = 0; column < columns; column++) next = addLeaves(elements, next, leaves, null);
  return leaves;
}

/** Adds the leaves below an element; `above` is what is known of it by those above. @returns the element behind them */
function addLeaves(elements: readonly ThriftStruct[], at: number, leaves: Leaf[], above: Leaf | null): number {
  const element = elements[at] ?? unreadable('its schema is cut off');
  const kind = element.numberOrNull(3);
  const isRepeated = kind === REPEATED;
  const leaf = {
    name: above?.name ?? element.text(4),
    type: element.numberOrNull(1),
    convertedType: element.numberOrNull(6),
    definition: (above?.definition ?? 0) + Number(kind === OPTIONAL || isRepeated),
    repetition: (above?.repetition ?? 0) + Number(isRepeated),
  };
  const children = element.numberOrNull(5) ?? 0;
  if (children === 0) leaves.push(leaf);
  let next = at + 1;
  for (let child = 0; child < children; child++) next = addLeaves(elements, next, leaves, leaf);
  return next;
}
