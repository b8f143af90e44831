import type { HourState, LedgerEntry } from '@hourmill/core';
import { describe, expect, test } from 'vitest';
import { type DecisionInput, decide } from '../src/plan/decide.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);

function entry(state: HourState, fields: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    version: 1,
    pipeline: 'p',
    hour: '2026-11-22T10:00:00.000Z',
    sequence: 1,
    previous: null,
    runId: 'other',
    state,
    at: '2026-11-22T11:00:00.000Z',
    owner: 'host:1',
    leaseUntil: null,
    definitionHash: 'd',
    listingHash: 'l',
    manifest: null,
    druid: null,
    report: null,
    error: null,
    reason: null,
    ...fields,
  };
}

function decided(last: LedgerEntry | undefined, fields: Partial<DecisionInput> = {}) {
  return decide({ last, nowMs: NOW_MS, definitionHash: 'd', listingHash: 'l', force: false, indexes: true, ...fields });
}

const lease = (ms: number) => ({ leaseUntil: new Date(NOW_MS + ms).toISOString() });

describe('what a run does with an hour', () => {
  test('an hour that was never tried is built', () => {
    expect(decided(undefined)).toMatchObject({ kind: 'build', supersedes: null });
  });

  test('an hour that is done is left alone while definition and input are the same', () => {
    expect(decided(entry('done')).kind).toBe('unchanged');
    expect(decided(entry('done'), { definitionHash: 'x' })).toMatchObject({
      kind: 'build',
      reason: 'the definition changed',
    });
    expect(decided(entry('done'), { listingHash: 'x' })).toMatchObject({ kind: 'build', reason: 'the input changed' });
    expect(decided(entry('done'), { force: true })).toMatchObject({ kind: 'build', reason: 'asked for with --force' });
  });

  test.each(['planned', 'rolled-up', 'indexing', 'indexed'] as const)(
    'an hour in %s is busy until its lease has run out',
    (state) => {
      expect(decided(entry(state, lease(1)), { force: true }).kind).toBe('busy');
      expect(decided(entry(state, lease(0))).kind).not.toBe('busy');
      expect(decided(entry(state, lease(-1))).kind).not.toBe('busy');
    },
  );

  test.each(['rolled-up', 'indexing', 'indexed'] as const)(
    'a committed hour in %s is continued, not read again',
    (state) => {
      expect(decided(entry(state))).toMatchObject({ kind: 'continue', from: { state } });
    },
  );

  test.each(['rolled-up', 'indexing', 'indexed'] as const)(
    'a committed hour in %s is superseded when something changed',
    (state) => {
      expect(decided(entry(state), { listingHash: 'x' })).toMatchObject({ kind: 'build', supersedes: { state } });
    },
  );

  test('without Druid rolled-up is as far as an hour goes', () => {
    expect(decided(entry('rolled-up'), { indexes: false }).kind).toBe('unchanged');
  });

  test.each(['planned', 'failed', 'superseded', 'abandoned'] as const)(
    'an hour that ended as %s is built again',
    (state) => {
      expect(decided(entry(state))).toMatchObject({ kind: 'build', supersedes: null });
    },
  );
});
