import { gzipSync } from 'node:zlib';
import {
  chunkAt,
  HourmillError,
  isoMillis,
  type LateFile,
  lateKey,
  type Millis,
  type Plan,
  sha256,
} from '@hourmill/core';
import { decodeUtf8, type MessageFacts, type RecordBytes } from '@hourmill/record';
import type { LateRow, MessageText } from './late-row.ts';

/** Lines are compressed in members of about this size: deterministic, and none takes long. */
const MEMBER_BYTES = 256 * 1024;
const ENCODER = new TextEncoder();

interface Lines {
  readonly members: Uint8Array[];
  pending: Uint8Array[];
  pendingBytes: number;
  rows: number;
}

/**
 * Collects late rows as gzipped JSON lines, hour by hour. The same rows in the same order give the same bytes. Holds the
 * compressed lines in memory.
 */
export class LateLog {
  readonly #maxBytes: number;
  readonly #hours = new Map<Millis, Lines>();
  #totalBytes = 0;

  /** @param maxBytes of all lines before compression */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Rows come in the order of the plan's splits, and in these of their records. The record is a stray, hence whole and valid UTF-8.
   * @param hourMs start of the hour that it belongs to
   * @throws HM_LIMIT_005 when the lines take more than the limit
   */
  add(hourMs: Millis, place: Pick<LateRow, 'source' | 'record'>, record: RecordBytes): void {
    const line = ENCODER.encode(`${JSON.stringify(rowOf(place, record))}\n`);
    this.#totalBytes += line.length;
    if (this.#totalBytes > this.#maxBytes) throw this.#tooMany(hourMs, place);
    const lines = this.#linesOf(hourMs);
    lines.pending.push(line);
    lines.pendingBytes += line.length;
    lines.rows += 1;
    if (lines.pendingBytes >= MEMBER_BYTES) endMember(lines);
  }

  /** The files of all hours that have rows, oldest first: to be put under their paths. Adds nothing afterwards. */
  *finish(
    { pipeline, chunk }: Pick<Plan, 'pipeline' | 'chunk'>,
    runId: string,
  ): Generator<{ file: LateFile; bytes: Uint8Array }> {
    for (const [hourMs, lines] of [...this.#hours].sort(([a], [b]) => a - b)) {
      if (lines.pending.length > 0) endMember(lines);
      const bytes = Buffer.concat(lines.members);
      const path = lateKey(pipeline, chunkAt(hourMs, chunk.granularity), chunk, runId);
      const file = { hour: isoMillis(hourMs), path, rows: lines.rows, bytes: bytes.length, sha256: sha256(bytes) };
      yield { file, bytes };
    }
  }

  #linesOf(hourMs: Millis): Lines {
    const known = this.#hours.get(hourMs);
    if (known !== undefined) return known;
    const lines: Lines = { members: [], pending: [], pendingBytes: 0, rows: 0 };
    this.#hours.set(hourMs, lines);
    return lines;
  }

  #tooMany(hourMs: Millis, { source, record }: Pick<LateRow, 'source' | 'record'>): HourmillError {
    return new HourmillError(
      'HM_LIMIT_005',
      `the late rows take more than ${this.#maxBytes} bytes (limits.maxLateBytes); the last was record ${record} of ${source}, for ${isoMillis(hourMs)}`,
      { context: { source, record, maxLateBytes: this.#maxBytes } },
    );
  }
}

function endMember(lines: Lines): void {
  lines.members.push(gzipSync(Buffer.concat(lines.pending)));
  lines.pending = [];
  lines.pendingBytes = 0;
}

function rowOf({ source, record }: Pick<LateRow, 'source' | 'record'>, { bytes, message }: RecordBytes): LateRow {
  const raw = Buffer.from(bytes).toString('utf8');
  return { source, record, raw, ...(message === undefined ? {} : factsOf(message)) };
}

function factsOf({
  timestampMs,
  key,
  headers,
}: MessageFacts): Required<Pick<LateRow, 'timestamp' | 'key' | 'headers'>> {
  return {
    timestamp: timestampMs,
    key: messageText(key),
    headers: headers.map((header) => [header.key, messageText(header.value)]),
  };
}

function messageText(bytes: Uint8Array | null): MessageText {
  if (bytes === null) return null;
  return decodeUtf8(bytes) ?? { base64: Buffer.from(bytes).toString('base64') };
}
