import type { PartColumn } from '@hourmill/core';
import { partValues, type Row } from '@hourmill/record';
import type { PartFormat } from './part-format.ts';
import { type PartValue, rowOfValues } from './row-of-values.ts';

/** Parts as lines of JSON, one list a row, for tests: nothing has to be loaded for them. Longs are decimal strings. */
export const jsonParts: PartFormat = {
  library: 'json',
  createWriter: async () => (rows) => Buffer.from(rows.map((row) => `${lineOf(row)}\n`).join('')),
  createReader: async (columns) => (bytes) => {
    const lines = Buffer.from(bytes).toString('utf8').split('\n').slice(0, -1);
    return lines.map((line) => rowOfValues(columns, valuesOf(columns, line)));
  },
};

function lineOf(row: Row): string {
  return JSON.stringify(partValues(row), (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

function valuesOf(columns: readonly PartColumn[], line: string): PartValue[] {
  const values = JSON.parse(line) as PartValue[];
  return columns.map(({ type }, index) => {
    const value = values[index] ?? null;
    const isLong = type === 'long' || type === 'timestamp';
    return isLong && typeof value === 'string' ? BigInt(value) : value;
  });
}
