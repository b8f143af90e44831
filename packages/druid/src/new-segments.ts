import { HourmillError, type IndexOptions, type TimeChunk } from '@hourmill/core';
import type { PublishedSegment } from './coordinator.ts';
import type { Druid } from './druid.ts';
import { poll } from './poll.ts';
import { refreshOnce } from './refresh-once.ts';
import { sqlColumns } from './served-sums.ts';
import { covers, newestSegments } from './visible-segments.ts';

/** The ids of what is served, or what is missing; `isReplaced` when waiting for the Broker does not bring it. */
type Look = { readonly ids: readonly string[] } | { readonly missing: string; readonly isReplaced: boolean };

/**
 * Waits until the Broker answers queries of the chunk from exactly the newest segments that were published for it, and
 * its SQL knows `columns`. After a task's SUCCESS these are that task's segments: the metadata store had them before the
 * task ended, and nothing older can be newest. Returns their ids.
 *
 * `createdTime` (of the task; undefined when it is forgotten) is the least version that counts. A version is the time of
 * the task's lock, by the same Overlord's clock and after `createdTime`, so there is no margin: with one, segments of an
 * earlier task could pass for new. Should an Overlord with a clock that is behind take over between the two, the task's
 * segments count as replaced, and the next run builds the hour once more.
 * @throws HM_DRUID_006 at `loadTimeoutMs` while the segments are published but not served
 * @throws HM_DRUID_008 when what is published is not the task's, at `loadTimeoutMs` or after it was so without a change
 * for twice `settleMs`: a Coordinator that caches the metadata store reads it anew every minute
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
  let replaced: { readonly how: string; readonly sinceMs: number } | undefined;
  const refreshed = refreshOnce(druid, chunk);
  const look = async () => {
    const seen = await lookAtSegments(druid, chunk, createdTime, columns, options.signal);
    if ('ids' in seen) return seen.ids;
    if (!seen.isReplaced) replaced = undefined;
    else if (replaced?.how !== seen.missing) replaced = { how: seen.missing, sinceMs: clock.now() };
    else if (clock.now() - replaced.sinceMs >= 2 * timing.settleMs) throw segmentsReplaced(druid, replaced.how);
    // Where nothing is published the Coordinator's load status is no JSON but a sentence.
    missing = seen.isReplaced
      ? seen.missing
      : `${seen.missing} (${await refreshed(options.signal)} % of the hour loaded)`;
    options.onProgress?.({ step: 'loading', detail: missing });
    return undefined;
  };
  const expired = (last: HourmillError | undefined) => {
    if (last === undefined && replaced !== undefined) return segmentsReplaced(druid, replaced.how);
    const reason = last?.message ?? missing;
    return new HourmillError(
      'HM_DRUID_006',
      `Druid does not serve the new segments of ${target.dataSource} after ${target.loadTimeoutMs} ms: ${reason}. Run the hour again to look again`,
      { context: { dataSource: target.dataSource, timeoutMs: target.loadTimeoutMs }, cause: last },
    );
  };
  return poll(look, { clock, timing, signal: options.signal, deadlineMs: target.loadTimeoutMs, expired });
}

function segmentsReplaced({ target: { dataSource } }: Druid, how: string): HourmillError {
  return new HourmillError(
    'HM_DRUID_008',
    `What is published of ${dataSource} is not what the task left: ${how}; look for other writers of this data source. ` +
      'The next run builds the hour anew',
    { context: { dataSource } },
  );
}

async function lookAtSegments(
  { coordinator, broker, target: { dataSource } }: Druid,
  chunk: TimeChunk,
  createdTime: string | undefined,
  columns: readonly string[],
  signal: AbortSignal,
): Promise<Look> {
  const newest = newestSegments(await coordinator.published(dataSource, chunk, signal));
  const how = howReplaced(newest, chunk, createdTime);
  if (how !== undefined) return { missing: how, isReplaced: true };
  const ids = newest.map(({ id }) => id);
  const served = await broker.servedSegments(dataSource, chunk, signal);
  const different = difference(ids, served);
  if (different !== undefined) return { missing: different, isReplaced: false };
  const known = await sqlColumns(broker, dataSource, signal);
  const unknown = columns.find((column) => !known.has(column));
  if (unknown === undefined) return { ids };
  return { missing: `the Broker's SQL does not know the column ${unknown} yet`, isReplaced: false };
}

function howReplaced(
  newest: readonly PublishedSegment[],
  chunk: TimeChunk,
  createdTime: string | undefined,
): string | undefined {
  const version = newest[0]?.version;
  if (version === undefined || (createdTime !== undefined && version < createdTime)) {
    return `the newest published segments have version ${version ?? '(none)'}, the task is of ${createdTime ?? '(unknown)'}`;
  }
  const partial = newest.find((segment) => !covers(segment, chunk));
  if (partial !== undefined) return `another task replaced a part of the hour: ${partial.id}`;
  const tombstone = newest.find(({ isTombstone }) => isTombstone);
  return tombstone === undefined ? undefined : `another task emptied the hour: ${tombstone.id}`;
}

function difference(published: readonly string[], served: readonly string[]): string | undefined {
  const absent = published.find((id) => !served.includes(id));
  if (absent !== undefined) return `the Broker does not serve segment ${absent} yet`;
  const surplus = served.find((id) => !published.includes(id));
  return surplus === undefined ? undefined : `the Broker still serves segment ${surplus}`;
}
