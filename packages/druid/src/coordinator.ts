import { isoInterval, type TimeChunk } from '@hourmill/core';
import { type Fields, numberIn, objectIn, objectsIn, textIn } from './answer.ts';
import type { HttpClient } from './http-client.ts';
import { leaderOf } from './overlord.ts';

/** A segment that the metadata store holds as used, be it overshadowed by others or not. */
export interface PublishedSegment {
  readonly id: string;
  /** `start/end`, ISO with milliseconds. */
  readonly interval: string;
  /** ISO time of the task's lock; the greater one overshadows the other. */
  readonly version: string;
  /** It holds no rows: it only hides those of older segments. The Broker does not name it among what it serves. */
  readonly isTombstone: boolean;
}

/** The metadata and loading API: druid.apache.org/docs/33.0.0/api-reference/data-management-api. Calls may be repeated. */
export interface Coordinator {
  /** Where the leader is. @throws HM_DRUID_001 */
  leader(signal: AbortSignal): Promise<string>;
  /** All used segments that overlap the chunk, straight from the metadata store; none for an unknown data source. */
  published(dataSource: string, chunk: TimeChunk, signal: AbortSignal): Promise<readonly PublishedSegment[]>;
  /**
   * How much of the chunk's segments that are not overshadowed is loaded, 0 to 100; 100 when the Coordinator knows of
   * none. With `refresh` it reads the metadata store first.
   */
  loadedPercent(dataSource: string, chunk: TimeChunk, refresh: boolean, signal: AbortSignal): Promise<number>;
}

const API = '/druid/coordinator/v1';

export function createCoordinator(http: HttpClient): Coordinator {
  return {
    leader: (signal) => leaderOf(http, 'Coordinator', `${API}/leader`, signal),
    async published(dataSource, chunk, signal) {
      const path = `${API}/metadata/datasources/${encodeURIComponent(dataSource)}/segments?full`;
      const body = [isoInterval(chunk)];
      const answer = await http.repeatable({ service: 'Coordinator', method: 'POST', path, body }, signal);
      return objectsIn(answer ?? [], 'the used segments').map(publishedSegmentOf);
    },
    async loadedPercent(dataSource, chunk, refresh, signal) {
      const query = `forceMetadataRefresh=${refresh}&interval=${encodeURIComponent(isoInterval(chunk))}`;
      const path = `${API}/datasources/${encodeURIComponent(dataSource)}/loadstatus?${query}`;
      const answer = await http.repeatable({ service: 'Coordinator', method: 'GET', path }, signal);
      const what = 'the load status';
      return answer === undefined ? 100 : numberIn(objectIn(answer, what), dataSource, what);
    },
  };
}

function publishedSegmentOf(segment: Fields): PublishedSegment {
  const what = 'a used segment';
  const { shardSpec = {} } = segment;
  return {
    id: textIn(segment, 'identifier', what),
    interval: textIn(segment, 'interval', what),
    version: textIn(segment, 'version', what),
    isTombstone: objectIn(shardSpec, `the shardSpec of ${what}`).type === 'tombstone',
  };
}
