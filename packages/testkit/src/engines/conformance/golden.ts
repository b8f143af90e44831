import { readdirSync, readFileSync } from 'node:fs';
import { chunkAt, parseChunkStart } from '@hourmill/core';
import { loadDefinition } from '@hourmill/pipeline';
import { describe, expect, test } from 'vitest';
import type { Build } from './suite.ts';

/**
 * One folder a case: `pipeline.yaml`, `events.ndjson`, and `expected.json`, which was written by hand. Groups are rows of
 * the part in the order of its columns, with longs as strings; rejects are pairs of record and reason.
 */
interface Expected {
  readonly hour: string;
  readonly counts: object;
  readonly strays: object;
  readonly sums: object;
  readonly groups: readonly (readonly unknown[])[];
  readonly rejects: readonly (readonly unknown[])[];
}

const folder = new URL('../../../golden/', import.meta.url);

/** Whole definitions with their events. */
export function goldenSuite(build: Build): void {
  describe('the golden folders', () => {
    test.each(readdirSync(folder))(
      '%s gives the groups, counts and rejects that were worked out by hand',
      async (name) => {
        const read = (file: string): string => readFileSync(new URL(`${name}/${file}`, folder), 'utf8');
        const input = { text: read('pipeline.yaml'), env: () => undefined, readFile: () => '' };
        const { program, definition } = loadDefinition('pipeline.yaml', input);
        const expected = JSON.parse(read('expected.json')) as Expected;
        const granularity = definition.rollup.segmentGranularity;
        const chunk = chunkAt(parseChunkStart(expected.hour, granularity), granularity);
        const { result, rows, rejects } = await build({ program, chunk, files: [read('events.ndjson')] });
        expect({
          hour: expected.hour,
          counts: result.counts,
          strays: result.strays,
          sums: result.sums,
          groups: rows.map((row) => Object.values(row).map(toJson)),
          rejects: rejects.map(({ record, reason }) => [record, reason]),
        }).toEqual(expected);
      },
    );
  });
}

function toJson(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint' ? value.toString() : value;
}
