import type { Indexer, Manifest, Sums } from '@hourmill/core';

/** The manifest's sums beside those that Druid serves now. */
export interface ServedDifference {
  readonly served: Sums;
  /** One for each sum that differs, for people. */
  readonly differences: readonly string[];
}

/** Asks Druid for the count and every sum that the manifest has. @throws HM_DRUID_* */
export async function compareServed(
  indexer: Indexer,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<ServedDifference> {
  const { result, countMetric, plan } = manifest;
  const expected = result.sums;
  const metrics = result.columns.filter(({ role }) => role === 'metric').map(({ name }) => name);
  const summed = metrics.filter((name) => name === countMetric || Object.hasOwn(expected, name));
  const { sums: served } = await indexer.sums(plan.chunk, summed, signal);
  const differences = summed
    .filter((name) => (expected[name] ?? '0') !== (served[name] ?? '0'))
    .map((name) => `${name}: ${expected[name] ?? 'null'} in the manifest, ${served[name] ?? 'null'} in Druid`);
  return { served, differences };
}
