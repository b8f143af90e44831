import { type Counts, type Manifest, NO_COUNTS } from '@hourmill/core';
import { describe, expect, test } from 'vitest';
import { guardRejects, guardShrink } from '../src/run/guards.ts';

const plan = { hour: '2026-11-22T10:00:00.000Z' } as Manifest['plan'];
const manifest = (counts: Counts) =>
  ({
    plan,
    result: { counts, rejectReasons: { HM_EVENT_001: counts.rejected }, rejects: { path: 'run/rejects' } },
  }) as unknown as Manifest;
const code = (wanted: string) => expect.objectContaining({ code: wanted });

describe('guards: never publish worse than what is there', () => {
  test('zero kept over existing events is refused, over nothing it is not', () => {
    expect(() => guardShrink(0n, 1n, 1, plan.hour)).toThrow(code('HM_GUARD_001'));
    expect(() => guardShrink(0n, 0n, 0, plan.hour)).not.toThrow();
  });

  test('an hour may shrink by maxShrinkRatio and not by more', () => {
    expect(() => guardShrink(80n, 100n, 0.2, plan.hour)).not.toThrow();
    expect(() => guardShrink(79n, 100n, 0.2, plan.hour)).toThrow(code('HM_GUARD_002'));
    expect(() => guardShrink(200n, 100n, 0, plan.hour)).not.toThrow();
  });

  test('more rejects than maxRejectedRatio are refused', () => {
    expect(() => guardRejects(manifest({ ...NO_COUNTS, read: 1000, rejected: 1, kept: 999 }), 0.001)).not.toThrow();
    const refused = () => guardRejects(manifest({ ...NO_COUNTS, read: 1000, rejected: 2, kept: 998 }), 0.001);
    expect(refused).toThrow(code('HM_GUARD_003'));
    expect(refused).toThrow(/HM_EVENT_001: 2.*run\/rejects/);
    expect(() => guardRejects(manifest(NO_COUNTS), 0)).not.toThrow();
  });
});
