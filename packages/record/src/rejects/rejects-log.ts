import { gzipSync } from 'node:zlib';
import { HourmillError, type RejectReason } from '@hourmill/core';
import { decodeUtf8 } from '../judge/decode-record.ts';
import type { RecordBytes } from '../judge/record-bytes.ts';
import type { Reject } from '../judge/reject.ts';

/** Where a rejected record stood. */
export interface RejectPlace {
  /** Id and ordinal of the split. */
  readonly split: string;
  readonly ordinal: number;
  /** Ordinal of the record in its split, from 0; blank lines do not count, nor do gaps between offsets. */
  readonly record: number;
}

/** Lines are compressed in members of about this size: deterministic, and none takes long. */
const MEMBER_BYTES = 256 * 1024;
const ENCODER = new TextEncoder();

/**
 * Collects rejected records as gzipped JSON lines:
 * `{split, ordinal, record, byteOffset, reason, detail, raw | rawBase64, truncated?}`, with `raw` where the bytes are valid
 * UTF-8, and `truncated: true` where only the beginning of an overlong record is there. A message of Kafka has
 * `partition, offset, timestamp` (ms since 1970) instead of `byteOffset`, and `raw: null` when it has no value. The same rejects
 * give the same bytes. Holds the compressed lines in memory.
 */
export class RejectsLog {
  readonly #maxBytes: number;
  readonly #members: Uint8Array[] = [];
  readonly #reasons = new Map<RejectReason, number>();
  #lines: Uint8Array[] = [];
  #lineBytes = 0;
  #totalBytes = 0;

  /** @param maxBytes of all lines before compression */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws HM_LIMIT_003 when the lines take more than the limit */
  add(place: RejectPlace, record: RecordBytes, { reason, detail }: Reject): void {
    const { truncated } = record;
    const line = {
      ...place,
      ...whereOf(record),
      reason,
      detail,
      ...rawOf(record),
      ...(truncated ? { truncated } : {}),
    };
    const bytes = ENCODER.encode(`${JSON.stringify(line)}\n`);
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    this.#totalBytes += bytes.length;
    if (this.#totalBytes > this.#maxBytes) throw this.#tooMany(place, reason, detail);
    this.#lines.push(bytes);
    this.#lineBytes += bytes.length;
    if (this.#lineBytes >= MEMBER_BYTES) this.#endMember();
  }

  /** By code. */
  reasons(): Readonly<Partial<Record<RejectReason, number>>> {
    return Object.fromEntries([...this.#reasons].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The whole file; null when nothing was rejected. */
  finish(): Uint8Array | null {
    if (this.#lines.length > 0) this.#endMember();
    return this.#members.length === 0 ? null : Buffer.concat(this.#members);
  }

  #endMember(): void {
    this.#members.push(gzipSync(Buffer.concat(this.#lines)));
    this.#lines = [];
    this.#lineBytes = 0;
  }

  #tooMany({ split, record }: RejectPlace, reason: RejectReason, detail: string): HourmillError {
    return new HourmillError(
      'HM_LIMIT_003',
      `the rejected records take more than ${this.#maxBytes} bytes (limits.maxRejectedBytes); the last was record ${record} of ${split}: ${detail} (${reason})`,
      { context: { split, record, maxRejectedBytes: this.#maxBytes } },
    );
  }
}

function whereOf({ byteOffset, message }: RecordBytes): object {
  if (message === undefined) return { byteOffset };
  return { partition: message.partition, offset: message.offset, timestamp: message.timestampMs };
}

function rawOf({ bytes, message }: RecordBytes): { raw: string | null } | { rawBase64: string } {
  if (message?.isTombstone) return { raw: null };
  const raw = decodeUtf8(bytes);
  return raw === null ? { rawBase64: Buffer.from(bytes).toString('base64') } : { raw };
}
