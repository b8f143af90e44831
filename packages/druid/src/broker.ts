import { isoInterval, type TimeChunk } from '@hourmill/core';
import { type Fields, objectIn, objectsIn, textIn } from './answer.ts';
import type { HttpClient } from './http-client.ts';

/** Queries: druid.apache.org/docs/33.0.0/api-reference/sql-api. All read only, so calls may be repeated. */
export interface Broker {
  /** Rows of a SQL query, never from a cache; `?` in it stand for the parameters, which are strings. */
  sql(query: string, parameters: readonly string[], signal: AbortSignal): Promise<readonly Fields[]>;
  /**
   * The ids of the segments from which this Broker answers a query of the chunk at this moment, without overshadowed ones
   * and tombstones. None for an unknown data source.
   */
  servedSegments(dataSource: string, chunk: TimeChunk, signal: AbortSignal): Promise<readonly string[]>;
  /** The columns that those segments have, whatever SQL knows of them. Costs more than their ids. */
  servedColumns(dataSource: string, chunk: TimeChunk, signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** One try. @throws HM_DRUID_001, HM_DRUID_002 */
  ping(signal: AbortSignal): Promise<void>;
}

const NO_CACHE = { useCache: false, populateCache: false };
const SQL = { service: 'Broker', method: 'POST', path: '/druid/v2/sql' } as const;

export function createBroker(http: HttpClient): Broker {
  const segments = async (query: object, signal: AbortSignal) => {
    const answer = await http.repeatable({ service: 'Broker', method: 'POST', path: '/druid/v2', body: query }, signal);
    return objectsIn(answer, 'the served segments');
  };
  return {
    async sql(query, parameters, signal) {
      const body = {
        query,
        parameters: parameters.map((value) => ({ type: 'VARCHAR', value })),
        resultFormat: 'object',
        context: { ...NO_CACHE, sqlTimeZone: 'UTC' },
      };
      return objectsIn(await http.repeatable({ ...SQL, body }, signal), 'a SQL query');
    },
    async servedSegments(dataSource, chunk, signal) {
      const answer = await segments(segmentMetadataQuery(dataSource, chunk, 'none'), signal);
      return answer.map((segment) => textIn(segment, 'id', 'a served segment'));
    },
    async servedColumns(dataSource, chunk, signal) {
      const answer = await segments(segmentMetadataQuery(dataSource, chunk, 'all'), signal);
      const columns = answer.map((segment) => objectIn(segment.columns, 'the columns of a served segment'));
      return new Set(columns.flatMap((named) => Object.keys(named)));
    },
    async ping(signal) {
      await http.once({ ...SQL, body: { query: 'SELECT 1' } }, signal);
    },
  };
}

/**
 * The native query whose answer has one entry for each segment that was asked. Asks for no more than the names of the
 * columns, or not even these, so that it costs next to nothing. Its ids are those of the timeline that every query of
 * the interval goes by.
 */
function segmentMetadataQuery(dataSource: string, chunk: TimeChunk, columns: 'none' | 'all'): object {
  return {
    queryType: 'segmentMetadata',
    dataSource,
    intervals: [isoInterval(chunk)],
    merge: false,
    analysisTypes: [],
    toInclude: { type: columns },
    context: NO_CACHE,
  };
}
