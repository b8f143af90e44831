import { invariant } from '@hourmill/core';
import { type Kernel, SLACK_BYTES } from '@hourmill/kernel';
import { PAGE_BYTES, placeInPage } from './place-in-page.ts';
import type { TextProducer } from './text-producer.ts';
import { untilReady } from './until-ready.ts';

/** Text in the kernel's memory that was not consumed yet: `[start, end)`, with SLACK bytes behind it that may be written. */
export interface TextWindow {
  readonly start: number;
  readonly end: number;
  /** Nothing follows. */
  readonly last: boolean;
}

export interface TextStreamOptions {
  readonly kernel: Kernel;
  readonly maxRecordBytes: number;
}

/** What is kept of a line beyond `maxRecordBytes`: a CR and one byte that shows that it is too long. */
const LINE_END_BYTES = 2;
const LF = 0x0a;
const BOM = [0xef, 0xbb, 0xbf];

/**
 * The text of a split as windows over one buffer in the kernel's memory. A byte order mark at the start of the split is
 * left out, and a last line without a line end gets one, so that every line of a text ends in LF.
 *
 * The buffer holds `[up to a page | history | unread | new text | slack]`: before it is filled, what was not consumed moves to
 * its front, together with as much of the text before it as the producer needs to look back at.
 */
export class TextStream {
  readonly #kernel: Kernel;
  readonly #producer: TextProducer;
  readonly #maxUnreadBytes: number;
  readonly #buffer: number;
  readonly #bufferBytes: number;
  /** Where the text in the buffer begins, with the history before the window. */
  #textStart: number;
  #start: number;
  #end: number;
  #last = false;
  #lastByte = LF;
  /** Of `#start` in the decompressed split. */
  #offset = 0;
  #begun = false;

  constructor(producer: TextProducer, { kernel, maxRecordBytes }: TextStreamOptions) {
    this.#kernel = kernel;
    this.#producer = producer;
    this.#maxUnreadBytes = Math.max(maxRecordBytes + LINE_END_BYTES, BOM.length);
    const behindBytes = producer.fillBytes + Math.max(producer.overshootBytes, SLACK_BYTES + 1);
    this.#bufferBytes = PAGE_BYTES + Math.max(producer.historyBytes, this.#maxUnreadBytes) + behindBytes;
    this.#buffer = kernel.exports.allocate(this.#bufferBytes);
    this.#textStart = this.#buffer;
    this.#start = this.#buffer;
    this.#end = this.#buffer;
  }

  /** Of the window's start, in bytes of the decompressed split. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * The next window: the unread rest of the one before, and text behind it unless the text is at its end. An unread rest
   * may be `maxRecordBytes` + 2 bytes long; of a longer line the beginning must be consumed. The window before is invalid
   * from the call on, and the buffer must be left alone until the answer is there.
   * @param unread the address of the first byte that was not consumed; at first 0
   * @throws HM_INPUT_003 when the split is damaged; whatever its reader throws
   */
  next(unread: number): TextWindow | Promise<TextWindow> {
    if (unread !== 0) this.#consume(unread);
    if (this.#last) return this.#window();
    this.#makeRoom();
    return untilReady(() => this.#fill());
  }

  /** Gives the memory back and closes the producer, and so the reader. @throws what the reader's `close` throws */
  close(): void | Promise<void> {
    this.#kernel.exports.release(this.#buffer, this.#bufferBytes);
    return this.#producer.close();
  }

  #consume(unread: number): void {
    invariant(unread >= this.#start && unread <= this.#end, 'the first unread byte lies in the window');
    this.#offset += unread - this.#start;
    this.#start = unread;
  }

  #makeRoom(): void {
    invariant(this.#end - this.#start <= this.#maxUnreadBytes, 'the beginning of an overlong line is consumed');
    const kept = Math.max(this.#textStart, Math.min(this.#start, this.#end - this.#producer.historyBytes));
    const keptBytes = this.#end - kept;
    this.#textStart = placeInPage(this.#buffer + keptBytes, this.#producer.position) - keptBytes;
    const moved = kept - this.#textStart;
    if (moved === 0) return;
    this.#kernel.exports.moveBytes(this.#textStart, kept, keptBytes);
    this.#start -= moved;
    this.#end -= moved;
  }

  #fill(): TextWindow | Promise<void> {
    do {
      const before = this.#end;
      const filled = this.#producer.fill(before);
      if (typeof filled !== 'number') return filled;
      this.#end = filled;
      if (filled > before) this.#lastByte = this.#kernel.bytes[filled - 1] ?? LF;
    } while (!this.#begun && !this.#begin());
    if (this.#producer.ended) this.#finish();
    return this.#window();
  }

  /** Knows where the text begins, and leaves out a BOM. False when it takes more text to know whether there is one. */
  #begin(): boolean {
    const { startOffset, ended } = this.#producer;
    this.#offset = startOffset;
    this.#begun = startOffset > 0 || ended || this.#end - this.#start >= BOM.length;
    if (startOffset === 0 && this.#startsWithBom()) {
      this.#start += BOM.length;
      this.#offset += BOM.length;
      // A BOM alone is no line.
      if (this.#start === this.#end) this.#lastByte = LF;
    }
    return this.#begun;
  }

  #startsWithBom(): boolean {
    const text = this.#kernel.bytes.subarray(this.#start, this.#end);
    return BOM.every((byte, index) => text[index] === byte);
  }

  #finish(): void {
    this.#last = true;
    if (this.#lastByte !== LF) this.#kernel.bytes[this.#end++] = LF;
  }

  #window(): TextWindow {
    return { start: this.#start, end: this.#end, last: this.#last };
  }
}
