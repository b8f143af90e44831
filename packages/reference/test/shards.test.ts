import { expect, test } from 'vitest';
import { createDecider } from '../src/dedupe/decider.ts';
import { Shards } from '../src/dedupe/shards.ts';

/** All first bytes, each with both of two ends. */
const FINGERPRINTS = Array.from({ length: 512 }, (_, index) => {
  return (index % 256).toString(16).padStart(2, '0') + String(index >> 8).padStart(30, '0');
});

test('fingerprints spread over 256 shards, and each is found where it was put', () => {
  const shards = new Shards(() => new Set<string>());
  for (const fingerprint of FINGERPRINTS) shards.of(fingerprint).add(fingerprint);
  expect(shards.size).toBe(512);
  expect(shards.all().map(({ size }) => size)).toEqual(Array.from({ length: 256 }, () => 2));
  expect(FINGERPRINTS.every((fingerprint) => shards.of(fingerprint).has(fingerprint))).toBe(true);
});

test.each(['first', 'last'] as const)('keep %s decides every candidate once, whatever its shard', (keep) => {
  const decider = createDecider<{ fingerprint: string; copy: number }>({ key: [['id']], keep });
  const offered = [0, 1, 2].flatMap((copy) => FINGERPRINTS.map((fingerprint) => ({ fingerprint, copy })));
  const decisions = [...offered.flatMap((candidate) => decider.offer(candidate)), ...decider.finish()];
  expect(new Set(decisions.map(({ candidate }) => candidate))).toEqual(new Set(offered));
  expect(decisions).toHaveLength(offered.length);
  const kept = decisions.filter((decision) => decision.kept).map(({ candidate }) => candidate);
  expect(kept.map(({ fingerprint }) => fingerprint).sort()).toEqual([...FINGERPRINTS].sort());
  expect(new Set(kept.map(({ copy }) => copy))).toEqual(new Set([keep === 'first' ? 0 : 2]));
  expect(decider.keys).toBe(512);
});
