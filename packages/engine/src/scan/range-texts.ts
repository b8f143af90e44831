import { invariant, type SplitReader } from '@hourmill/core';
import type { Range } from '../plan/ranges.ts';
import { openText } from '../read/open-text.ts';
import type { TextStream } from '../read/text-stream.ts';
import type { ScanWorkParts } from './scan-work.ts';

/** Opens the text of ranges, and counts the stored bytes that are read. */
export class RangeTexts {
  readonly #parts: Pick<ScanWorkParts, 'setup' | 'kernel' | 'opener' | 'signal'>;
  readonly #maxRecordBytes: number;
  /** Of the splits as stored; bytes that two ranges read count twice. */
  bytes = 0;
  /** Of these, what is certainly scanned: all but the last piece that was read. */
  scannedBytes = 0;

  constructor(parts: Pick<ScanWorkParts, 'setup' | 'kernel' | 'opener' | 'signal'>, maxRecordBytes: number) {
    this.#parts = parts;
    this.#maxRecordBytes = maxRecordBytes;
  }

  /** To be closed by the caller. */
  async open({ split: index, from, to }: Range): Promise<TextStream> {
    const { kernel, opener, setup, signal } = this.#parts;
    const split = setup.plan.splits[index];
    if (this.bytes === 0) performance.mark('hourmill:first-read');
    invariant(split !== undefined, 'a range belongs to a split');
    const reader = this.#counted(await opener.open(split, signal, to));
    return openText({ kernel, reader, split, from, to, maxRecordBytes: this.#maxRecordBytes });
  }

  #counted(reader: SplitReader): SplitReader {
    return {
      read: (memory, at, length, position) => {
        const bytes = reader.read(memory, at, length, position);
        if (typeof bytes !== 'number') return bytes;
        this.scannedBytes = this.bytes;
        this.bytes += bytes;
        return bytes;
      },
      close: () => reader.close(),
    };
  }
}
