import { collisionBound } from '@hourmill/core';
import { expect, test } from 'vitest';

test('the collision bound is n^2 / 2^129', () => {
  expect(collisionBound(0)).toBe('0.0e+0');
  expect(collisionBound(1_000_000_000)).toBe('1.5e-21');
});
