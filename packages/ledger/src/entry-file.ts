import {
  decodeVersioned,
  HOUR_STATES,
  HourmillError,
  type HourState,
  isoMillis,
  type LedgerEntry,
  sha256,
  type TimeChunk,
} from '@hourmill/core';
import { canonicalBytes, canonicalJson } from './canonical-json.ts';

/** What one entry's file must say of its place. */
export interface EntryPlace {
  readonly key: string;
  readonly pipeline: string;
  readonly chunk: TimeChunk;
  readonly sequence: number;
}

/** The bytes of an entry's file. */
export function encodeEntry(entry: LedgerEntry): Uint8Array {
  return canonicalJson(entry);
}

/** What the next entry calls `previous`. */
export function entryHash(entry: LedgerEntry): string {
  return sha256(encodeEntry(entry));
}

/**
 * Rule for older versions: version 1 is the first; a reader accepts every version up to its own. Fields that it does not
 * know are kept, so the hash of an entry is always that of its file.
 * @throws HM_LEDGER_003 for what is no entry of this place, HM_LEDGER_005 for a newer version
 */
export function decodeEntry(bytes: Uint8Array, place: EntryPlace): LedgerEntry {
  const { key, pipeline, chunk, sequence } = place;
  const value = decodeVersioned(bytes, key, 'HM_LEDGER_003');
  expectField(place, value, 'pipeline', value.pipeline === pipeline);
  expectField(place, value, 'hour', value.hour === isoMillis(chunk.startMs));
  expectField(place, value, 'sequence', value.sequence === sequence);
  expectField(place, value, 'previous', value.previous === null || isHash(value.previous));
  expectField(place, value, 'runId', typeof value.runId === 'string' && value.runId !== '');
  expectField(place, value, 'state', HOUR_STATES.includes(value.state as HourState));
  expectField(place, value, 'at', isTime(value.at));
  expectField(place, value, 'leaseUntil', value.leaseUntil === null || isTime(value.leaseUntil));
  expectField(place, value, 'manifest', value.manifest === null || isManifestReference(value.manifest));
  expectField(place, value, 'druid', value.druid === null || isTaskReference(value.druid));
  if (Buffer.compare(canonicalBytes(value), bytes) !== 0)
    throw damaged(key, 'its bytes are not those that were written');
  return value as unknown as LedgerEntry;
}

export function damaged(key: string, how: string): HourmillError {
  return new HourmillError('HM_LEDGER_003', `the ledger entry ${key} is damaged: ${how}`, { context: { key } });
}

function expectField({ key }: EntryPlace, value: Record<string, unknown>, field: string, isRight: boolean): void {
  if (!isRight) throw damaged(key, `its ${field} is ${JSON.stringify(value[field]) ?? 'missing'}`);
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function isManifestReference(value: unknown): boolean {
  const { path, sha256: hash } = (value ?? {}) as { path?: unknown; sha256?: unknown };
  return typeof path === 'string' && isHash(hash);
}

function isTaskReference(value: unknown): boolean {
  const { taskId, attempt } = (value ?? {}) as { taskId?: unknown; attempt?: unknown };
  return typeof taskId === 'string' && Number.isSafeInteger(attempt);
}
