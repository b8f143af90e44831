import { describe, expect, test } from 'vitest';
import { checkTransition, HOUR_STATES, hasManifest, isOpen, mayFollow } from '../src/index.ts';

describe('the states of an hour', () => {
  test('an hour begins as planned and as nothing else', () => {
    expect(HOUR_STATES.filter((state) => mayFollow(undefined, state, 'other-run'))).toEqual(['planned']);
  });

  test('a run never goes on after it has ended', () => {
    for (const ended of ['done', 'failed', 'abandoned'] as const) {
      expect(HOUR_STATES.filter((to) => mayFollow(ended, to, 'same-run'))).toEqual([]);
    }
  });

  test('only a run that planned the hour itself may commit it', () => {
    expect(HOUR_STATES.filter((from) => mayFollow(from, 'rolled-up', 'other-run'))).toEqual(['rolled-up']);
    expect(mayFollow('planned', 'rolled-up', 'same-run')).toBe(true);
  });

  test('done is reached from indexed, or from rolled-up when there was nothing to index', () => {
    expect(HOUR_STATES.filter((from) => mayFollow(from, 'done', 'same-run'))).toEqual(['rolled-up', 'indexed']);
  });

  test('from every state another run can reach planned again, so no hour is stuck for ever', () => {
    for (const start of HOUR_STATES) {
      const reached = new Set([start]);
      for (const from of reached) for (const to of HOUR_STATES) if (mayFollow(from, to, 'other-run')) reached.add(to);
      expect(reached.has('planned')).toBe(true);
    }
  });

  test('a lease counts exactly in the states in which a run is under way', () => {
    expect(HOUR_STATES.filter(isOpen)).toEqual(['planned', 'rolled-up', 'indexing', 'indexed']);
    expect(HOUR_STATES.filter(hasManifest)).toEqual(['rolled-up', 'indexing', 'indexed']);
  });

  test('a transition that the table does not hold is a bug, said so', () => {
    expect(() => checkTransition('done', 'indexing', 'other-run')).toThrow(/done -> indexing/);
  });
});
