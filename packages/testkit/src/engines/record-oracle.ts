import type { KnownKeys, TimeChunk } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { createJudge, type Judgement, unitsOf } from '@hourmill/record';
import { keysOf, memoryKeys } from '@hourmill/sidecar';
import type { PartRow } from './part-rows.ts';

type Candidate = Extract<Judgement, { kind: 'candidate' }>;

/** The records that are kept of these, straight from the rules: whole lines without their ends, in the order of positions. */
export function keptRecords(
  program: Program,
  chunk: TimeChunk,
  lines: readonly string[],
  known: ReadonlySet<string> = new Set(),
): readonly Candidate[] {
  const judge = createJudge(program, chunk);
  const candidates = lines.flatMap((line) => {
    const bytes = Buffer.from(line);
    const judgement = judge({ bytes, length: bytes.length, truncated: false, byteOffset: 0 });
    return judgement.kind === 'candidate' ? [judgement] : [];
  });
  if (program.deduplicate === null) return candidates;
  const inOrder = program.deduplicate.keep === 'first' ? candidates : candidates.toReversed();
  const seen = new Set<string | null>(known);
  return inOrder.filter(({ fingerprint }) => {
    if (seen.has(fingerprint)) return false;
    seen.add(fingerprint);
    return true;
  });
}

/** The exact sum of each `doubleSum` by group. */
export function exactSumsOf(
  program: Program,
  kept: readonly Candidate[],
): ReadonlyMap<string, readonly (bigint | null)[]> {
  const groups = new Map<string, (bigint | null)[]>();
  const sums = program.metrics.flatMap(({ type }, index) => (type === 'doubleSum' ? [index] : []));
  for (const { row } of kept) {
    const key = groupKey([row.timeMs, ...row.dimensions]);
    const group = groups.get(key) ?? sums.map(() => null);
    groups.set(key, group);
    sums.forEach((metric, index) => {
      const value = row.metrics[metric] ?? null;
      if (value !== null) group[index] = (group[index] ?? 0n) + unitsOf(Number(value));
    });
  }
  return groups;
}

/** The group of a row of a part, as {@link exactSumsOf} names it. */
export function groupOf({ dimensions }: Program, row: PartRow): string {
  return groupKey([(row['__time'] as Date).getTime(), ...dimensions.map(({ name }) => row[name])]);
}

function groupKey(values: readonly unknown[]): string {
  return JSON.stringify(values, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

/** These fingerprints as known keys, some of them twice, in pieces. */
export function knownKeys(fingerprints: readonly string[]): KnownKeys {
  const set = memoryKeys(keysOf(fingerprints));
  const half = memoryKeys(keysOf(fingerprints.slice(0, Math.ceil(fingerprints.length / 2))));
  return {
    keys: set.keys,
    read: async function* (from, to, signal) {
      yield* half.read(from, to, signal);
      yield* set.read(from, to, signal);
    },
  };
}
