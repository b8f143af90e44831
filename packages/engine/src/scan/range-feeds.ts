import { invariant, type KafkaSplit, type ObjectSplit, type RecordSetReader, type SplitReader } from '@hourmill/core';
import { type MessageParts, messageParts, type RecordBytes } from '@hourmill/record';
import type { Range } from '../plan/ranges.ts';
import { openText } from '../read/open-text.ts';
import { LineFeed } from './line-feed.ts';
import { MessageFeed } from './message-feed.ts';
import type { RecordFeed } from './record-feed.ts';
import type { ScanWorkParts } from './scan-work.ts';

/** Opens the records of ranges, and counts the stored bytes that are read. */
export class RangeFeeds {
  readonly #parts: Pick<ScanWorkParts, 'setup' | 'kernel' | 'opener' | 'signal'>;
  readonly #maxRecordBytes: number;
  readonly #messageParts: MessageParts;
  /** Of the splits as stored; bytes that two ranges read count twice. */
  bytes = 0;
  /** Of these, what is certainly scanned: all but the last piece that was read. */
  scannedBytes = 0;

  constructor(parts: Pick<ScanWorkParts, 'setup' | 'kernel' | 'opener' | 'signal'>, maxRecordBytes: number) {
    this.#parts = parts;
    this.#maxRecordBytes = maxRecordBytes;
    const { options, maxLateBytes } = parts.setup;
    // What is kept of a message is all of it: another definition may look at more.
    this.#messageParts = maxLateBytes === null ? messageParts(options.program) : { key: true, headers: true };
  }

  /**
   * To be closed by the caller.
   * @param takeOverlong see {@link LineFeed}
   */
  async open(range: Range, takeOverlong: (record: RecordBytes) => void): Promise<RecordFeed> {
    const split = this.#parts.setup.plan.splits[range.split];
    if (this.bytes === 0) performance.mark('hourmill:first-read');
    invariant(split !== undefined, 'a range belongs to a split');
    return split.type === 'kafka' ? this.#openMessages(split) : this.#openLines(split, range, takeOverlong);
  }

  async #openMessages(split: KafkaSplit): Promise<RecordFeed> {
    const { kernel, opener, signal, setup } = this.#parts;
    invariant(opener.type === split.type, 'a source opens what it lists');
    const { acceptLoss } = setup;
    const reader = await opener.open(split, signal, acceptLoss);
    const counted = { next: () => this.#count(reader.next()), close: () => reader.close() };
    return new MessageFeed({
      kernel,
      split,
      reader: counted,
      maxRecordBytes: this.#maxRecordBytes,
      parts: this.#messageParts,
      acceptLoss,
    });
  }

  #count(answer: ReturnType<RecordSetReader['next']>): typeof answer {
    if (answer !== null && !(answer instanceof Promise)) this.#add(answer.bytes.length);
    return answer;
  }

  async #openLines(
    split: ObjectSplit,
    { from, to }: Range,
    takeOverlong: (record: RecordBytes) => void,
  ): Promise<RecordFeed> {
    const { kernel, opener, signal } = this.#parts;
    const maxRecordBytes = this.#maxRecordBytes;
    invariant(opener.type === split.type, 'a source opens what it lists');
    const reader = this.#counted(await opener.open(split, signal, to));
    const text = openText({ kernel, reader, split, from, to, maxRecordBytes });
    return new LineFeed(text, { kernel, maxRecordBytes, takeOverlong });
  }

  #counted(reader: SplitReader): SplitReader {
    return {
      read: (memory, at, length, position) => {
        const bytes = reader.read(memory, at, length, position);
        if (typeof bytes !== 'number') return bytes;
        this.#add(bytes);
        return bytes;
      },
      close: () => reader.close(),
    };
  }

  #add(bytes: number): void {
    this.scannedBytes = this.bytes;
    this.bytes += bytes;
  }
}
