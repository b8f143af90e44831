import type { Kernel } from '@hourmill/kernel';
import type { RecordBytes } from '@hourmill/record';
import type { TextStream, TextWindow } from '../read/text-stream.ts';
import { OverlongRecord, textOfRecord } from './overlong-record.ts';
import type { RecordFeed } from './record-feed.ts';

const LF = 0x0a;
const CR = 0x0d;

export interface LineFeedOptions {
  readonly kernel: Kernel;
  readonly maxRecordBytes: number;
  /** Takes records that are longer than any may be and hence in no block, in their place. */
  readonly takeOverlong: (record: RecordBytes) => void;
}

/** The lines of a text. Closes it. */
export class LineFeed implements RecordFeed {
  readonly gaps = null;
  readonly #text: TextStream;
  readonly #options: LineFeedOptions;
  /** Null when the next one is wanted. */
  #window: TextWindow | null = null;
  /** The first byte of the window that is in no block yet; at first 0. */
  #unread = 0;
  #overlong: OverlongRecord | null = null;

  constructor(text: TextStream, options: LineFeedOptions) {
    this.#text = text;
    this.#options = options;
  }

  nextBlock(): boolean | Promise<void> {
    const { kernel } = this.#options;
    for (;;) {
      const window = this.#window ?? this.#openWindow();
      if (window instanceof Promise) return window;
      const { end, last } = window;
      const next = kernel.exports.readBlock(this.#unread, end);
      if (next !== this.#unread) {
        this.#unread = next;
        return true;
      }
      if (last) return false;
      if (end - this.#unread > this.#options.maxRecordBytes + 2) this.#beginOverlong(end);
      this.#window = null;
    }
  }

  recordAt(row: number): RecordBytes {
    const { kernel, maxRecordBytes } = this.#options;
    const start = kernel.words[kernel.exports.rowStartAt() / 4 + row] ?? 0;
    const lineEnd = kernel.words[kernel.exports.rowEndAt() / 4 + row] ?? 0;
    const end = lineEnd > start && kernel.bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    return { ...textOfRecord(kernel.bytes, start, end - start, maxRecordBytes), byteOffset: this.#offsetOf(start) };
  }

  close(): void | Promise<void> {
    return this.#text.close();
  }

  #openWindow(): TextWindow | Promise<void> {
    const opened = this.#text.next(this.#unread);
    if (opened instanceof Promise) return opened.then((window) => void this.#take(window));
    return this.#take(opened);
  }

  #take(window: TextWindow): TextWindow {
    this.#window = window;
    this.#unread = window.start;
    if (this.#overlong !== null) this.#unread = this.#endOverlong(this.#overlong, window);
    return window;
  }

  #offsetOf(address: number): number {
    return this.#text.offset + (address - (this.#window?.start ?? address));
  }

  #beginOverlong(end: number): void {
    const { kernel, maxRecordBytes } = this.#options;
    const beginning = kernel.bytes.subarray(this.#unread, end);
    this.#overlong = new OverlongRecord(beginning, this.#offsetOf(this.#unread), maxRecordBytes);
    this.#unread = end;
  }

  /** Takes text up to the end of the overlong line; returns where the next line starts. */
  #endOverlong(overlong: OverlongRecord, { start, end }: TextWindow): number {
    const text = this.#options.kernel.bytes.subarray(start, end);
    const lineEnd = text.indexOf(LF);
    overlong.add(lineEnd === -1 ? text : text.subarray(0, lineEnd));
    if (lineEnd === -1) return end;
    this.#overlong = null;
    const record = overlong.end();
    if (record !== null) this.#options.takeOverlong(record);
    return start + lineEnd + 1;
  }
}
