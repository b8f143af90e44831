import type { AbortedTransaction, Gaps, RecordSet, RecordSetReader } from '@hourmill/core';
import { CODEC, RECORD_BATCH_FLAG } from '@hourmill/kernel';
import fc from 'fast-check';
import { batchOf, encodeBatch, encodeRecords, type RecordSpec } from '../../../kernel/test/support/kafka-batches.ts';
import { compressRecords, type LogCodec } from './compress-records.ts';

/** One thing that happens to a log. */
export type LogEvent =
  /** `producer` 0 writes outside of transactions; `holes`: offsets left out before each record. Null is a tombstone. */
  | {
      readonly kind: 'write';
      readonly producer: number;
      readonly codec: LogCodec;
      readonly values: readonly (string | null)[];
      readonly holes: readonly number[];
    }
  | { readonly kind: 'end'; readonly producer: number; readonly commit: boolean }
  /** Offsets that compaction took away. */
  | { readonly kind: 'hole'; readonly offsets: number };

interface StoredBatch {
  readonly base: number;
  readonly last: number;
  readonly bytes: Buffer;
}

interface StoredRecord {
  readonly offset: number;
  readonly value: string | null;
  readonly producer: number;
  outcome: 'data' | 'open' | 'aborted';
}

interface Transaction extends AbortedTransaction {
  readonly lastOffset: number;
}

const PRODUCERS = 3;

/** A log as a broker keeps it, and what is true of it, in a few obvious lines. */
export class LogModel {
  readonly #batches: StoredBatch[] = [];
  readonly #records: StoredRecord[] = [];
  readonly #markers = new Set<number>();
  readonly #aborted: Transaction[] = [];
  readonly #open = new Map<number, number>();
  #end: number;

  constructor(events: readonly LogEvent[], start = 0) {
    this.#end = start;
    for (const event of events) this.#apply(event);
  }

  get endOffset(): number {
    return this.#end;
  }

  get lastStableOffset(): number {
    return Math.min(this.#end, ...this.#open.values());
  }

  /** The records that are data of `[from, to)`, and everything else by kind. */
  expected(from: number, to: number, isCommitted: boolean, skipsTombstones: boolean) {
    const inside = this.#records.filter(({ offset }) => offset >= from && offset < to);
    const aborted = isCommitted ? inside.filter(({ outcome }) => outcome === 'aborted').length : 0;
    const data = inside.filter(({ outcome }) => !isCommitted || outcome === 'data');
    const records = skipsTombstones ? data.filter(({ value }) => value !== null) : data;
    const control = [...this.#markers].filter((offset) => offset >= from && offset < to).length;
    const tombstone = data.length - records.length;
    const compacted = to - from - aborted - data.length - control;
    const gaps: Gaps = { control, aborted, compacted, tombstone, lost: 0 };
    return { records: records.map(({ offset, value }) => ({ offset, value })), gaps };
  }

  /** Whole batches, `batchesASet` at a time, with the aborted transactions that a broker would list, in any order. */
  reader(from: number, to: number, isCommitted: boolean, batchesASet: number, waits = false): RecordSetReader {
    let next = from;
    let isReady = !waits;
    return {
      next: () => {
        if (!isReady) {
          isReady = true;
          return Promise.resolve();
        }
        isReady = !waits;
        if (next >= to) return null;
        const batches = this.#batches.filter(({ last }) => last >= next).slice(0, batchesASet);
        const fetchedFrom = next;
        next = (batches.at(-1)?.last ?? to) + 1;
        return {
          bytes: unaligned(batches.map(({ bytes }) => bytes)),
          aborted: isCommitted ? this.#listed(fetchedFrom, next) : [],
        };
      },
      close: () => {},
    };
  }

  #listed(from: number, end: number): RecordSet['aborted'] {
    return this.#aborted.filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < end);
  }

  #apply(event: LogEvent): void {
    switch (event.kind) {
      case 'hole':
        this.#end += event.offsets;
        break;
      case 'write':
        this.#write(event);
        break;
      case 'end':
        this.#endTransaction(event.producer, event.commit);
    }
  }

  #write({ producer, codec, values, holes }: Extract<LogEvent, { kind: 'write' }>): void {
    const base = this.#end;
    let offset = base - 1;
    const records = values.map((value, index): RecordSpec => {
      // Nothing is compacted away inside of a transaction that is still told apart by its producer.
      offset += 1 + (producer === 0 ? (holes[index % holes.length] ?? 0) : 0);
      this.#records.push({ offset, value, producer, outcome: producer === 0 ? 'data' : 'open' });
      return {
        offsetDelta: offset - base,
        timestampDelta: BigInt(offset),
        key: null,
        value: value === null ? null : Buffer.from(value),
        headers: [],
      };
    });
    if (producer > 0 && !this.#open.has(producer)) this.#open.set(producer, base);
    const flags = producer === 0 ? 0 : RECORD_BATCH_FLAG.transactional;
    this.#store(base, offset, records, flags, producer, codec);
  }

  #endTransaction(producer: number, commit: boolean): void {
    const first = this.#open.get(producer);
    if (first === undefined) return;
    this.#open.delete(producer);
    const marker = this.#end;
    for (const record of this.#records) {
      if (record.producer === producer && record.outcome === 'open') record.outcome = commit ? 'data' : 'aborted';
    }
    if (!commit) this.#aborted.unshift({ producerId: BigInt(producer), firstOffset: first, lastOffset: marker });
    this.#markers.add(marker);
    const key = Buffer.from([0, 0, 0, commit ? 1 : 0]);
    const record = { offsetDelta: 0, timestampDelta: 0n, key, value: Buffer.alloc(6), headers: [] };
    const flags = RECORD_BATCH_FLAG.transactional | RECORD_BATCH_FLAG.control;
    this.#store(marker, marker, [record], flags, producer, 'none');
  }

  #store(
    base: number,
    last: number,
    records: readonly RecordSpec[],
    flags: number,
    producer: number,
    codec: LogCodec,
  ): void {
    const spec = batchOf(records, {
      baseOffset: BigInt(base),
      lastOffsetDelta: last - base,
      codec: CODEC[codec === 'xerial' ? 'snappy' : codec],
      flags,
      producerId: producer === 0 ? -1n : BigInt(producer),
    });
    this.#batches.push({ base, last, bytes: encodeBatch(spec, compressRecords(codec, encodeRecords(records))) });
    this.#end = last + 1;
  }
}

/** A view that begins anywhere, as one into a response does. */
function unaligned(pieces: readonly Buffer[]): Uint8Array {
  const bytes = Buffer.concat(pieces);
  const room = new Uint8Array(bytes.length + 3);
  room.set(bytes, 3);
  return room.subarray(3);
}

const codecs = fc.constantFrom<LogCodec>('none', 'none', 'gzip', 'snappy', 'xerial', 'lz4', 'zstd');

/** Logs whose values are of `value`. */
export function logEvents(value: fc.Arbitrary<string | null>): fc.Arbitrary<readonly LogEvent[]> {
  const write = fc.record({
    kind: fc.constant('write' as const),
    producer: fc.nat({ max: PRODUCERS }),
    codec: codecs,
    values: fc.array(value, { minLength: 1, maxLength: 12 }),
    holes: fc.array(fc.constantFrom(0, 0, 0, 1, 5), { minLength: 1, maxLength: 3 }),
  });
  const end = fc.record({
    kind: fc.constant('end' as const),
    producer: fc.integer({ min: 1, max: PRODUCERS }),
    commit: fc.boolean(),
  });
  const hole = fc.record({ kind: fc.constant('hole' as const), offsets: fc.integer({ min: 1, max: 9 }) });
  return fc.array(
    fc.oneof({ weight: 6, arbitrary: write }, { weight: 3, arbitrary: end }, { weight: 1, arbitrary: hole }),
    {
      minLength: 1,
      maxLength: 30,
    },
  );
}
