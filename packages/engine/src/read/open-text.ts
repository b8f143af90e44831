import type { ObjectSplit, SplitReader } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import { GzipText } from './gzip-text.ts';
import { PlainText } from './plain-text.ts';
import type { TextProducer } from './text-producer.ts';
import { TextStream } from './text-stream.ts';
import { zstdText } from './zstd/zstd-text.ts';

export interface TextRequest {
  readonly kernel: Kernel;
  /** Of the split. The stream closes it. */
  readonly reader: SplitReader;
  readonly split: ObjectSplit;
  /** The lines that begin in these bytes of the split as stored. Of a compressed split all are read. */
  readonly from: number;
  readonly to: number;
  readonly maxRecordBytes: number;
}

/** The text of a split, or of a range of a plain one, as windows in the kernel's memory. */
export function openText(request: TextRequest): TextStream {
  return new TextStream(producerOf(request), request);
}

function producerOf({ kernel, reader, split, from, to }: TextRequest): TextProducer {
  switch (split.compression) {
    case 'none':
      return new PlainText(kernel, reader, { from, to, size: split.bytes });
    case 'gzip':
      return new GzipText(kernel, reader, split);
    case 'zstd':
      return zstdText(kernel, reader, split);
  }
}
