import type { Sums } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { checkLongSum } from '@hourmill/record';
import { metricsOf } from '../program/fields.ts';
import type { Merged } from '../worker/stage.ts';

export type MergedTotals = Pick<Merged, 'rows' | 'totals'>;

/**
 * The sums of the count and of every longSum over all groups, as decimal strings: what Druid must serve. In the order of the
 * metrics; a sum over no value is absent.
 * @throws HM_ENGINE_001 for a total beyond 64 bits: Druid would wrap it around, and could not prove it
 */
export function totalSums(program: Program, merged: readonly MergedTotals[]): Sums {
  const fieldMetrics = metricsOf(program);
  const entries = program.metrics.flatMap((metric) => {
    const index = metric.type === 'count' ? 0 : 1 + fieldMetrics.indexOf(metric);
    const totals = merged.flatMap(({ totals, rows }) => (rows === 0 ? [] : (totals[index] ?? [])));
    if (totals.length === 0) return [];
    const sum = totals.reduce((a, b) => a + b, 0n);
    return [[metric.name, checkLongSum(sum, () => `the sum of ${metric.name} over all groups`).toString()] as const];
  });
  return Object.fromEntries(entries);
}
