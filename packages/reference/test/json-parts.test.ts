import { chunkAt, type Plan, type StageOneResult } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { createReferenceEngine, createReferenceMerger } from '@hourmill/reference';
import {
  buildFiles,
  dimension,
  hostileEvent,
  hostileProgram,
  lines,
  type MemoryObjectStore,
  memoryObjectStore,
  metrics,
  multiValue,
  PLAIN_PROGRAM,
  TEST_HOUR,
} from '@hourmill/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { referenceEngine } from './support/reference-engine.ts';

const CHUNK = chunkAt(Date.parse(TEST_HOUR), 'hour');
const SIGNAL = new AbortController().signal;

function optionsOf(program: Program) {
  const limits = { memoryBytes: 2 ** 40, maxRecordBytes: 1 << 20, maxRejectedBytes: 1 << 28 };
  return { program, limits, compression: { codec: 'none' as const, level: 0 }, partFormat: 'json' as const };
}

/** Builds an hour of one object in memory. */
async function build(program: Program, text: string, store: MemoryObjectStore, run: string): Promise<StageOneResult> {
  const split = {
    type: 'object',
    ordinal: 0,
    id: 'memory:x',
    bytes: text.length,
    etag: '',
    compression: 'none',
  } as const;
  const plan: Plan = {
    ...{ version: 1, pipeline: 'p', hour: TEST_HOUR, chunk: CHUNK, definitionHash: '', listingHash: '' },
    ...{ splits: [split], losses: [] },
  };
  return createReferenceEngine(optionsOf(program)).build({
    plan,
    source: {
      list: async () => ({ splits: plan.splits, losses: [] }),
      read: async function* () {
        yield Buffer.from(text);
      },
    },
    store,
    prefix: `p/hours/${run}/`,
    sidecars: { fingerprints: true, accumulators: true },
    signal: SIGNAL,
  });
}

async function linesIn(store: MemoryObjectStore, parts: readonly { readonly path: string }[]): Promise<unknown[]> {
  const texts = await Promise.all(parts.map(async ({ path }) => Buffer.from(await store.get(path)).toString('utf8')));
  return texts.flatMap((text) => text.split('\n').slice(0, -1)).map((line) => JSON.parse(line) as unknown);
}

test('parts of JSON say what parts of Parquet say, and are merged as these are', async () => {
  const texts = fc.array(hostileEvent(), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(texts, texts, hostileProgram(), async (base, added, variation) => {
      const program: Program = { ...PLAIN_PROGRAM, ...variation, deduplicate: null };
      const store = memoryObjectStore();
      const built = [
        await build(program, lines(...base), store, 'base'),
        await build(program, lines(...added), store, 'added'),
      ];
      const [first, second] = built.map(({ columns, parts, sidecars = [] }) => ({
        columns,
        parts,
        accumulators: sidecars,
      }));
      if (first === undefined || second === undefined) throw new Error('there are two');
      const request = { base: first, added: second, store, prefix: 'p/hours/merged/', signal: SIGNAL };
      const { parts, sums } = await createReferenceMerger(optionsOf(program)).merge(request);
      const whole = await buildFiles(referenceEngine(), { program, files: [lines(...base, ...added)] });
      const rows = whole.rows.map((row) => {
        const values = Object.values(row).map((value) => (value instanceof Date ? BigInt(value.getTime()) : value));
        return values.map((value) => (typeof value === 'bigint' ? value.toString() : value));
      });
      expect(await linesIn(store, parts)).toEqual(rows);
      expect(sums).toEqual(whole.result.sums);
    }),
    { numRuns: 60 },
  );
});

test('a part of JSON is these lines', async () => {
  const store = memoryObjectStore();
  const program = {
    ...PLAIN_PROGRAM,
    dimensions: [dimension('s'), dimension('l', 'long'), multiValue('t', 'ARRAY')],
    metrics: metrics('doubleSum y', 'longMax l'),
  };
  const event = { ts: TEST_HOUR, s: 'ä', l: '9223372036854775807', t: ['a', 'b'], y: 0.1 };
  const { parts, engine } = await build(program, lines(event, { ts: TEST_HOUR }), store, 'run');
  expect(engine.parquet).toBe('json');
  expect(await linesIn(store, parts)).toEqual([
    [String(CHUNK.startMs), null, null, null, '1', null, null],
    [String(CHUNK.startMs), 'ä', '9223372036854775807', ['a', 'b'], '1', 0.1, '9223372036854775807'],
  ]);
});
