import { HourmillError, type TimeChunk } from '@hourmill/core';
import type { Druid } from './druid.ts';
import { poll } from './poll.ts';
import { refreshOnce } from './refresh-once.ts';
import { servedSums, sqlColumns } from './served-sums.ts';
import { visibleSegments } from './visible-segments.ts';

/**
 * The number of events that Druid serves for the chunk: the sum of the count metric. Where no row of the chunk has such
 * a metric (another tool wrote the segments), each row counts one. None only where neither the metadata store nor the
 * Broker has a segment with rows.
 * @throws HM_DRUID_001 while the Broker does not serve, or its SQL does not know, all that was published, for longer than
 * `settleMs`: the number would be too small to guard anything
 */
export async function servedEvents(
  druid: Druid,
  chunk: TimeChunk,
  countMetric: string,
  signal: AbortSignal,
): Promise<bigint> {
  const state = await untilServed(druid, chunk, countMetric, signal);
  if (state === 'empty') return 0n;
  const { rows, sums } = await servedSums(druid, chunk, [countMetric], signal);
  return BigInt(sums[countMetric] ?? rows);
}

async function untilServed(
  druid: Druid,
  chunk: TimeChunk,
  countMetric: string,
  signal: AbortSignal,
): Promise<'empty' | 'served'> {
  const { clock, timing, target } = druid;
  const { dataSource } = target;
  const loadedPercent = refreshOnce(druid, chunk);
  let missing = '';
  const look = async () => {
    const seen = await lookAtServed(druid, chunk, countMetric, loadedPercent, signal);
    if (seen === 'empty' || seen === 'served') return seen;
    missing = seen.missing;
    return undefined;
  };
  const expired = (last: HourmillError | undefined) =>
    last ??
    new HourmillError(
      'HM_DRUID_001',
      `What ${dataSource} has for the hour cannot be judged: ${missing}; try again later, or use --allow-shrink to go ` +
        'without this check',
      { context: { dataSource } },
    );
  return poll(look, { clock, timing, signal, deadlineMs: timing.settleMs, expired });
}

async function lookAtServed(
  druid: Druid,
  chunk: TimeChunk,
  countMetric: string,
  loadedPercent: (signal: AbortSignal) => Promise<number>,
  signal: AbortSignal,
): Promise<'empty' | 'served' | { readonly missing: string }> {
  const { coordinator, broker, target } = druid;
  const { dataSource } = target;
  const visible = visibleSegments(await coordinator.published(dataSource, chunk, signal), chunk);
  if (visible.length > 0 && (await loadedPercent(signal)) < 100)
    return { missing: 'not all of its segments are loaded' };
  const served = await broker.servedSegments(dataSource, chunk, signal);
  const absent = visible.find(({ id }) => !served.includes(id));
  if (absent !== undefined) return { missing: `the Broker does not serve segment ${absent.id} yet` };
  if (served.length === 0) return 'empty';
  // SQL takes tables and columns from a schema that the Broker builds after it has seen the segments.
  const known = await sqlColumns(broker, dataSource, signal);
  if (known.size === 0) return { missing: "the Broker's SQL does not know the table yet" };
  if (known.has(countMetric)) return 'served';
  const columns = await broker.servedColumns(dataSource, chunk, signal);
  if (!columns.has(countMetric)) return 'served';
  return { missing: `the Broker's SQL does not know the column ${countMetric} yet` };
}
