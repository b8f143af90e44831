import { type Gaps, invariant, type KafkaSplit, type RecordSetReader } from '@hourmill/core';
import { BLOCK_ROWS, CODEC, type Kernel, RECORD_BATCH, RECORD_COLUMN, RECORD_COLUMNS_BYTES } from '@hourmill/kernel';
import type { MessageParts, RecordBytes } from '@hourmill/record';
import { BatchDamage, batchDamage, damagedBatch, oldFormat } from '../read/kafka/damaged-batch.ts';
import { DecompressedRecords, type RecordsPlace } from '../read/kafka/decompressed-records.ts';
import { readMessageFacts } from '../read/kafka/message-facts.ts';
import { bytesOfBatch, describedBatch, type RecordBatch } from '../read/kafka/record-batch.ts';
import { RecordSetCursor } from '../read/kafka/record-set-cursor.ts';
import { OffsetAccount } from './offset-account.ts';
import { textOfRecord } from './overlong-record.ts';
import type { RecordFeed } from './record-feed.ts';

export interface MessageFeedOptions {
  readonly kernel: Kernel;
  readonly split: KafkaSplit;
  /** The feed closes it. */
  readonly reader: RecordSetReader;
  readonly maxRecordBytes: number;
  /** What is wanted of the messages that the host looks at. */
  readonly parts: MessageParts;
  /** Damaged batches are gaps and no failure. */
  readonly acceptLoss: boolean;
}

/** A batch of data whose records are being indexed. */
interface OpenBatch {
  readonly header: RecordBatch;
  /** Offsets of the split that it covers. */
  readonly from: number;
  readonly to: number;
  /** Of these, records so far. */
  rows: number;
}

type Step = 'again' | 'flush' | 'ended' | Promise<void>;

const CONTROL_ABORT = 0;

/**
 * The messages of a cut of a partition: record sets -> batches -> columns of records -> blocks. Small batches share a block. Where
 * the values lie does not change until the block is done: a batch that would take the room waits for the next block.
 */
export class MessageFeed implements RecordFeed {
  readonly #options: MessageFeedOptions;
  readonly #kernel: Kernel;
  readonly #split: KafkaSplit;
  readonly #set: RecordSetCursor;
  readonly #decompressed: DecompressedRecords;
  /** Of the records of the block; see RECORD_COLUMN. */
  readonly #columns: number;
  /** In the columns, and not in a block yet. */
  #rows = 0;
  #batch: OpenBatch | null = null;
  readonly #account: OffsetAccount;
  #isEnded = false;

  constructor(options: MessageFeedOptions) {
    const { kernel, split } = options;
    this.#options = options;
    this.#kernel = kernel;
    this.#split = split;
    this.#account = new OffsetAccount(split.startOffset);
    this.#set = new RecordSetCursor(kernel);
    this.#decompressed = new DecompressedRecords(kernel);
    this.#columns = kernel.exports.allocate(RECORD_COLUMNS_BYTES * BLOCK_ROWS);
    kernel.exports.setKafkaPartition(split.partition);
  }

  /** Complete once the feed is at its end. */
  get gaps(): Gaps {
    return this.#account.gaps;
  }

  nextBlock(): boolean | Promise<void> {
    const step = this.#fillColumns();
    if (step instanceof Promise) return step;
    if (this.#rows === 0) {
      invariant(this.#isEnded, 'there is a record in the block as long as there is one');
      return false;
    }
    this.#kernel.exports.readRecords(this.#columns, BLOCK_ROWS, 0, this.#rows);
    this.#rows = 0;
    return true;
  }

  recordAt(row: number): RecordBytes {
    const { bytes } = this.#kernel;
    const at = this.#word(RECORD_COLUMN.valueAt, row);
    const length = Math.max(0, this.#word(RECORD_COLUMN.valueLength, row) | 0);
    const columns = { at: this.#columns, capacity: BLOCK_ROWS };
    const message = readMessageFacts(this.#kernel, columns, row, this.#split.partition, this.#options.parts);
    return { ...textOfRecord(bytes, at, length, this.#options.maxRecordBytes), byteOffset: 0, message };
  }

  close(): void | Promise<void> {
    this.#kernel.exports.release(this.#columns, RECORD_COLUMNS_BYTES * BLOCK_ROWS);
    this.#decompressed.close();
    this.#set.close();
    return this.#options.reader.close();
  }

  /** As many records as a block has room for, less only where they have to make room or nothing is left. */
  #fillColumns(): Promise<void> | undefined {
    if (this.#batch === null) this.#decompressed.empty();
    while (this.#rows < BLOCK_ROWS) {
      if (this.#batch !== null) this.#index(this.#batch);
      else {
        const step = this.#openNext();
        if (step instanceof Promise) return step;
        if (step !== 'again') break;
      }
    }
    return undefined;
  }

  /** Goes on to the next batch of data: opens it, or says why not. Gives a promise only when no record waits for its block. */
  #openNext(): Step {
    if (this.#isEnded) return 'ended';
    if (this.#set.isAtEnd) return this.#openSet();
    const batch = this.#describeNext();
    if (batch === null) return 'again';
    const { startOffset, endOffset } = this.#split;
    if (batch.baseOffset >= endOffset) return this.#end();
    const from = Math.max(batch.baseOffset, this.#account.next, startOffset);
    const to = Math.min(batch.lastOffset + 1, endOffset);
    if (from >= to) {
      this.#set.pass(batch);
      return 'again';
    }
    return this.#openBatch({ header: batch, from, to, rows: 0 });
  }

  #openSet(): Step {
    if (this.#rows > 0) return 'flush';
    const set = this.#options.reader.next();
    if (set instanceof Promise) return set;
    if (set === null) return this.#end();
    this.#set.take(set);
    if (set.goneBefore !== undefined) this.#loseBefore(set.goneBefore);
    return 'again';
  }

  /** Null when the bytes at hand are damaged and were passed. */
  #describeNext(): RecordBatch | null {
    const answer = this.#kernel.exports.readRecordBatch(this.#set.at, this.#set.end);
    if (answer === RECORD_BATCH.described) return describedBatch(this.#kernel);
    // Behind damage anything may look old.
    if (answer === RECORD_BATCH.oldFormat && !this.#set.isDamaged) throw oldFormat(this.#split, this.#account.next);
    this.#takeLoss(answer > 0 ? new BatchDamage('it is cut') : batchDamage(answer));
    this.#set.skip(bytesOfBatch(this.#kernel));
    this.#account.expectLoss();
    return null;
  }

  #openBatch(batch: OpenBatch): Step {
    const { header } = batch;
    this.#set.aborted.advance(header.lastOffset);
    if (header.isControl) this.#passControl(batch);
    else if (header.isTransactional && this.#set.aborted.has(header.producerId)) {
      // The marker that ended the transaction may have been in what was damaged: nobody knows of these records.
      this.#passRecords(batch, this.#set.isDamaged ? 'lost' : 'aborted');
    } else return this.#openRecords(batch);
    return 'again';
  }

  #openRecords(batch: OpenBatch): Step {
    const { header } = batch;
    const place = header.codec === CODEC.none ? storedRecords(header) : this.#decompressed.decompress(header);
    if (place === null) return this.#makeRoom();
    const damage = place instanceof BatchDamage ? place : this.#openAt(place);
    this.#set.pass(header);
    this.#account.reach(batch.from);
    if (damage === null) this.#batch = batch;
    else this.#loseRest(batch, damage);
    return 'again';
  }

  /** For a batch that is looked at again afterwards. */
  #makeRoom(): Step {
    if (this.#rows > 0) return 'flush';
    this.#decompressed.empty();
    return 'again';
  }

  #openAt({ at, end }: RecordsPlace): BatchDamage | null {
    const answer = this.#kernel.exports.openRecords(at, end);
    return answer < 0 ? batchDamage(answer) : null;
  }

  #index(batch: OpenBatch): void {
    const { exports } = this.#kernel;
    const found = exports.indexRecords(this.#columns, BLOCK_ROWS, this.#rows);
    if (found < 0) {
      this.#batch = null;
      this.#loseRest(batch, batchDamage(found));
      return;
    }
    if (found === 0) {
      this.#batch = null;
      this.#account.add('compacted', batch.to - batch.from - batch.rows);
      this.#account.goOn(batch.to);
      return;
    }
    const wanted = this.#keepOffsets(batch, found);
    batch.rows += wanted;
    this.#rows += this.#split.tombstones === 'skip' ? this.#dropTombstones(wanted) : wanted;
  }

  /** Of the records just indexed, those of the split. */
  #keepOffsets({ header, from, to }: OpenBatch, found: number): number {
    if (header.baseOffset >= from && header.lastOffset < to) return found;
    return this.#kernel.exports.keepOffsets(this.#columns, BLOCK_ROWS, this.#rows, found, BigInt(from), BigInt(to));
  }

  #dropTombstones(found: number): number {
    const left = this.#kernel.exports.dropTombstones(this.#columns, BLOCK_ROWS, this.#rows, found);
    this.#account.add('tombstone', found - left);
    return left;
  }

  /** The batch marks the end of a transaction. After compaction it may be empty. */
  #passControl(batch: OpenBatch): void {
    const { exports } = this.#kernel;
    const { header } = batch;
    const damage = this.#openAt(storedRecords(header));
    const found = damage === null ? exports.indexRecords(this.#columns, BLOCK_ROWS, this.#rows) : 0;
    if (damage !== null || found < 0) {
      this.#set.pass(header);
      this.#account.reach(batch.from);
      this.#loseRest(batch, damage ?? batchDamage(found));
      return;
    }
    if (found > 0) {
      const key = this.#word(RECORD_COLUMN.keyAt, this.#rows);
      const type = exports.controlType(key, this.#word(RECORD_COLUMN.keyLength, this.#rows) | 0);
      if (type === CONTROL_ABORT) this.#set.aborted.end(header.producerId);
    }
    this.#passRecords(batch, 'control');
  }

  /** All records of the batch are gaps of this kind. */
  #passRecords({ header, from, to }: OpenBatch, kind: 'control' | 'aborted' | 'lost'): void {
    this.#set.pass(header);
    this.#account.reach(from);
    const records = Math.min(header.records, to - from);
    this.#account.add(kind, records);
    this.#account.add('compacted', to - from - records);
    this.#account.goOn(to);
  }

  /** The log begins at this offset now. */
  #loseBefore(offset: number): void {
    this.#account.expectLoss();
    this.#account.reach(Math.min(offset, this.#split.endOffset));
  }

  #loseRest({ from, to, rows }: OpenBatch, damage: BatchDamage): void {
    this.#takeLoss(damage);
    this.#account.add('lost', to - from - rows);
    this.#account.goOn(to);
  }

  /** @throws HM_INPUT_008 unless losses are accepted */
  #takeLoss(damage: BatchDamage): void {
    if (!this.#options.acceptLoss) throw damagedBatch(this.#split, this.#account.next, damage);
    this.#set.isDamaged = true;
  }

  #end(): Step {
    this.#account.reach(this.#split.endOffset);
    this.#isEnded = true;
    return 'ended';
  }

  #word(column: number, row: number): number {
    return this.#kernel.words[(this.#columns + column * BLOCK_ROWS) / 4 + row] ?? 0;
  }
}

function storedRecords({ recordsAt, recordsEnd }: RecordBatch): RecordsPlace {
  return { at: recordsAt, end: recordsEnd };
}
