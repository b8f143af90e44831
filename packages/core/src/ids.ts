import { createHash, randomBytes } from 'node:crypto';
import type { Millis } from './time-chunk.ts';

/** sha256 in hex. */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * A new run id: time first, so that ids sort by age, then 48 random bits: `20261122T101500123Z-9f86d081884c`.
 * Safe in file names, S3 keys and Druid task ids.
 */
export function newRunId(nowMs: Millis, random: (size: number) => Uint8Array = randomBytes): string {
  const time = new Date(nowMs).toISOString().replace(/[-:.]/g, '');
  return `${time}-${Buffer.from(random(6)).toString('hex')}`;
}
