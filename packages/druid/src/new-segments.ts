import { HourmillError, type IndexOptions, type TimeChunk } from '@hourmill/core';
import type { PublishedSegment } from './coordinator.ts';
import type { Druid } from './druid.ts';
import { poll } from './poll.ts';
import { refreshOnce } from './refresh-once.ts';
import { sqlColumns } from './served-sums.ts';

/**
 * Waits until the Broker answers queries of the chunk from exactly the newest segments that were published for it, and
 * its SQL knows `columns`. After a task's SUCCESS these are that task's segments: the metadata store had them before the
 * task ended, and nothing older can be newest. Returns their ids.
 *
 * `createdTime` (of the task, by the Overlord's clock; undefined when it is forgotten) is the least version that counts.
 * @throws HM_DRUID_006 at `loadTimeoutMs`
 */
export async function awaitNewSegments(
  druid: Druid,
  chunk: TimeChunk,
  createdTime: string | undefined,
  columns: readonly string[],
  options: IndexOptions,
): Promise<readonly string[]> {
  const { clock, timing, target } = druid;
  let missing = 'nothing is known yet';
  const refreshed = refreshOnce(druid, chunk);
  const look = async () => {
    const seen = await lookAtSegments(druid, chunk, createdTime, columns, options.signal);
    if (typeof seen !== 'string') return seen;
    missing = `${seen} (${await refreshed(options.signal)} % of the hour loaded)`;
    options.onProgress?.({ step: 'loading', detail: missing });
    return undefined;
  };
  const expired = (last: HourmillError | undefined) => {
    const reason = last?.message ?? missing;
    return new HourmillError(
      'HM_DRUID_006',
      `Druid does not serve the new segments of ${target.dataSource} after ${target.loadTimeoutMs} ms: ${reason}. Run the hour again to look again`,
      { context: { dataSource: target.dataSource, timeoutMs: target.loadTimeoutMs }, cause: last },
    );
  };
  return poll(look, { clock, timing, signal: options.signal, deadlineMs: target.loadTimeoutMs, expired });
}

/** The ids, or what is still missing. */
async function lookAtSegments(
  { coordinator, broker, target: { dataSource } }: Druid,
  chunk: TimeChunk,
  createdTime: string | undefined,
  columns: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[] | string> {
  const newest = newestSegments(await coordinator.published(dataSource, chunk, signal));
  const version = newest[0]?.version;
  if (version === undefined || (createdTime !== undefined && version < createdTime)) {
    return `the newest published segments have version ${version ?? '(none)'}, the task is of ${createdTime ?? '(unknown)'}`;
  }
  const partial = newest.find(({ interval }) => !covers(interval, chunk));
  if (partial !== undefined) return `another task replaced a part of the hour: ${partial.id}`;
  const ids = newest.map(({ id }) => id);
  const served = await broker.servedSegments(dataSource, chunk, signal);
  const different = difference(ids, served);
  if (different !== undefined) return different;
  const known = await sqlColumns(broker, dataSource, signal);
  const unknown = columns.find((column) => !known.has(column));
  return unknown === undefined ? ids : `the Broker's SQL does not know the column ${unknown} yet`;
}

/** All segments of the greatest version. */
export function newestSegments(published: readonly PublishedSegment[]): readonly PublishedSegment[] {
  const newest = published
    .map(({ version }) => version)
    .toSorted()
    .at(-1);
  return published.filter(({ version }) => version === newest);
}

/** Whether an interval holds the whole chunk: compaction may have made longer segments of ours. */
function covers(interval: string, { startMs, endMs }: TimeChunk): boolean {
  const [start = '', end = ''] = interval.split('/');
  return Date.parse(start) <= startMs && endMs <= Date.parse(end);
}

function difference(published: readonly string[], served: readonly string[]): string | undefined {
  const absent = published.find((id) => !served.includes(id));
  if (absent !== undefined) return `the Broker does not serve segment ${absent} yet`;
  const surplus = served.find((id) => !published.includes(id));
  return surplus === undefined ? undefined : `the Broker still serves segment ${surplus}`;
}
