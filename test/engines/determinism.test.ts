import { gzipSync, zstdCompressSync } from 'node:zlib';
import { sha256 } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { fingerprint } from '@hourmill/record';
import { keysOf, memoryKeys } from '@hourmill/sidecar';
import { type Built, buildFiles, buildPaths, type InputFile, withInputFiles } from '@hourmill/testkit';
import { describe, expect, test } from 'vitest';
import { localEngine } from '../../packages/engine/test/support/local-engine.ts';

const HOUR_MS = Date.parse('2026-11-22T10:00:00Z');
const MIB = 1024 * 1024;

const PROGRAM: Program = {
  timestamp: { path: ['ts'], format: 'auto' },
  deduplicate: { key: [['id']], keep: 'first' },
  filter: null,
  queryGranularityMs: 60_000,
  dimensions: [
    { name: 'publisher', path: ['publisher'], type: 'string', multiValue: null },
    { name: 'user', path: ['user'], type: 'long', multiValue: null },
  ],
  metrics: [
    { name: 'events', type: 'count' },
    { name: 'revenue', type: 'doubleSum', path: ['price'] },
    { name: 'clicks', type: 'longSum', path: ['clicks'] },
    { name: 'best', type: 'doubleMax', path: ['price'] },
    { name: 'worst', type: 'longMin', path: ['clicks'] },
  ],
  countMetric: 'events',
};

/** The same numbers for the same seed: mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Skewed (few publishers and users have most events), duplicated (ids come again with other values, also in other
 * files), shuffled in time, with prices whose sum depends on the order when it is rounded, some far outside any fixed-point
 * window.
 */
function skewedFiles(events: number, files: number): string[] {
  const next = random(42);
  const skewed = (n: number): number => Math.floor(n * next() ** 4);
  const texts = Array.from({ length: files }, () => [] as string[]);
  for (let index = 0; index < events; index++) {
    const price = index % 97 === 0 ? `${next() * 2 - 1}e${Math.floor(next() * 40) - 20}` : String(next() * 1e6 - 5e5);
    const ts = HOUR_MS + Math.floor(next() * 3_600_000) - (index % 50 === 0 ? 5_400_000 : 0);
    const line = `{"id":"e${Math.floor(next() * events * 0.8)}","ts":${ts},"publisher":"p${skewed(500)}","user":${skewed(20_000) - 50},"price":${price},"clicks":${skewed(1000)}}\n`;
    texts[Math.floor(next() ** 2 * files)]?.push(line);
  }
  return texts.map((lines) => lines.join(''));
}

function packed(texts: readonly string[]): InputFile[] {
  return texts.map((text, index) => {
    const bytes = Buffer.from(text);
    if (index % 3 === 1) return { bytes: gzipSync(bytes), compression: 'gzip' };
    return index % 3 === 2 ? { bytes: zstdCompressSync(bytes), compression: 'zstd' } : { bytes, compression: 'none' };
  });
}

/** What a run writes beside its parts, whose hashes are in its result. */
const ALL_SIDECARS = { fingerprints: true, accumulators: true };
const LATE_RULES = { fromMs: HOUR_MS - 7_200_000, own: [] };
/** Every sixth key, more or less. */
const KNOWN = memoryKeys(
  keysOf(Array.from({ length: 4000 }, (_, index) => fingerprint([{ type: 'string', value: `e${index * 6}` }]))),
);

/** All that must not depend on the machine. Parts by their hashes: a difference in megabytes of bytes takes minutes to print. */
function outcome({ parts, result, rejects }: Built) {
  const { engine, timingsMs, peak, ...rest } = result;
  return { parts: parts.map((bytes) => sha256(bytes)), rejects, rest };
}

describe('the same plan gives the same bytes', () => {
  const files = packed(skewedFiles(30_000, 5));

  test.each(['first', 'last'] as const)(
    'keep: %s, with 1, 2, 3 or 8 workers and little or much memory',
    async (keep) => {
      const program = { ...PROGRAM, deduplicate: { key: [['id']], keep } };
      // Late rows name the files that they came from: these are the same for all.
      await withInputFiles(files, (paths) => expectSameBytes(paths, program));
    },
  );

  async function expectSameBytes(paths: readonly string[], program: Program): Promise<void> {
    const build = (workers: number, memoryBytes: number, tuning = {}): Promise<Built> => {
      const asked = { sidecars: ALL_SIDECARS, late: { rules: LATE_RULES }, known: KNOWN };
      return buildPaths(localEngine({ workers, tuning }), paths, { program, limits: { memoryBytes }, ...asked });
    };
    const expected = outcome(await build(1, 8192 * MIB));
    expect(expected.rest.counts.duplicate).toBeGreaterThan(2000);
    expect(expected.rest.identity?.known).toBe(4000);
    expect(expected.rest.sidecars).toHaveLength(2);
    expect(expected.rest.late).toHaveLength(2);
    for (const workers of [2, 3, 8]) expect(outcome(await build(workers, 8192 * MIB))).toEqual(expected);
    for (const workers of [1, 2, 3]) expect(outcome(await build(workers, 256 * MIB))).toEqual(expected);
    const small = { rangeBytes: 50_000, batchRows: 256 };
    for (const workers of [1, 3]) expect(outcome(await build(workers, 8192 * MIB, small))).toEqual(expected);
    for (const workers of [1, 2, 3, 8]) {
      for (const spill of [{ maxKeys: 500 }, { maxGroups: 700 }, { maxKeys: 3000, maxGroups: 2000 }]) {
        const built = await build(workers, 8192 * MIB, { ...small, ...spill });
        expect(outcome(built)).toEqual(expected);
        expect(built.result.peak.spilledBytes).toBeGreaterThan(100_000);
      }
    }
  }

  test('when the groups fill several row groups', async () => {
    const next = random(7);
    const lines = Array.from({ length: 150_000 }, (_, index) => {
      return `{"ts":${HOUR_MS + index},"user":${Math.floor(next() * 1e9)},"price":${next()},"clicks":1}\n`;
    });
    const program = { ...PROGRAM, deduplicate: null };
    const build = (workers: number): Promise<Built> => {
      return buildFiles(localEngine({ workers }), { files: [lines.join('')], program, sidecars: ALL_SIDECARS });
    };
    const expected = outcome(await build(1));
    expect(expected.rest.groups).toBeGreaterThan(2 * 65_536);
    expect(outcome(await build(3))).toEqual(expected);
  });

  test('without a deduplication key', async () => {
    const program = { ...PROGRAM, deduplicate: null };
    const build = (workers: number): Promise<Built> => buildFiles(localEngine({ workers }), { files, program });
    const expected = outcome(await build(1));
    for (const workers of [2, 3]) expect(outcome(await build(workers))).toEqual(expected);
  });
});
