import { HourmillError } from '@hourmill/core';

/** One question to the day that was built, the way a user of Druid would ask it. */
export async function topChannels(
  broker: string,
  dataSource: string,
  signal: AbortSignal,
): Promise<{ sql: string; rows: [string, number, number][] }> {
  const sql = `SELECT channel, SUM(events) AS events, SUM(added) AS added FROM "${dataSource}" GROUP BY channel ORDER BY events DESC LIMIT 5`;
  const response = await fetch(`${broker}/druid/v2/sql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: sql, resultFormat: 'array' }),
    signal,
  });
  if (!response.ok)
    throw new HourmillError('HM_DRUID_002', `Druid answered ${response.status}: ${await response.text()}`);
  return { sql, rows: (await response.json()) as [string, number, number][] };
}
