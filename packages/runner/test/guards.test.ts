import { NO_COUNTS, type Plan } from '@hourmill/core';
import { describe, expect, test } from 'vitest';
import { guardRejects, guardShrink } from '../src/guards.ts';

const plan = { hour: '2026-11-22T10:00:00.000Z' } as Plan;
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
    expect(() => guardRejects({ ...NO_COUNTS, read: 1000, rejected: 1, kept: 999 }, 0.001, plan)).not.toThrow();
    expect(() => guardRejects({ ...NO_COUNTS, read: 1000, rejected: 2, kept: 998 }, 0.001, plan)).toThrow(
      code('HM_GUARD_003'),
    );
    expect(() => guardRejects(NO_COUNTS, 0, plan)).not.toThrow();
  });
});
