import { isHourmillError } from '@hourmill/core';
import { expect, test } from 'vitest';
import { checkRowStats, finalRowStatsOf } from '../src/task-report.ts';

const none = { processed: 0, processedBytes: 0, processedWithError: 0, thrownAway: 0, unparseable: 0 };
const built = { processed: 24, processedBytes: 754, processedWithError: 1, thrownAway: 2, unparseable: 3 };
const stats = { processed: 24, processedWithError: 1, thrownAway: 2, unparseable: 3 };

/** As Druid 33 answers, without the parts that nobody reads. */
function report(rowStats: object, ingestionState = 'COMPLETED') {
  const payload = { ingestionState, unparseableEvents: {}, rowStats, errorMsg: null, segmentsPublished: 1 };
  return { ingestionStatsAndErrors: { type: 'ingestionStatsAndErrors', taskId: 't', payload } };
}

test('the report of a task that worked alone is read', () => {
  expect(finalRowStatsOf(report({ determinePartitions: none, buildSegments: built }))).toEqual(stats);
});

test('the report of a task with sub-tasks is read', () => {
  expect(finalRowStatsOf(report({ totals: { buildSegments: built } }))).toEqual(stats);
});

test('a live report is not taken for the final one', () => {
  expect(finalRowStatsOf(report({ totals: { buildSegments: built } }, 'BUILD_SEGMENTS'))).toBeUndefined();
  expect(finalRowStatsOf({})).toBeUndefined();
});

test('a report of a shape that we do not know is refused, not guessed', () => {
  for (const unknown of [null, [], report({}), report({ buildSegments: { processed: '24' } })]) {
    expect(codeOf(() => finalRowStatsOf(unknown))).toBe('HM_DRUID_002');
  }
});

test('only a report that accounts for every row passes', () => {
  const fine = { processed: 5, processedWithError: 0, thrownAway: 0, unparseable: 0 };
  expect(() => checkRowStats(fine, 5, 't')).not.toThrow();
  const short = [
    { ...fine, processed: 4 },
    { ...fine, processed: 6 },
    { ...fine, processedWithError: 1 },
    { ...fine, thrownAway: 1 },
    { ...fine, unparseable: 1 },
  ];
  for (const bad of short) expect(codeOf(() => checkRowStats(bad, 5, 't'))).toBe('HM_DRUID_005');
});

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (isHourmillError(error)) return error.code;
    throw error;
  }
  return undefined;
}
