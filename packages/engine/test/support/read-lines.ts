import type { Kernel } from '@hourmill/kernel';
import type { TextStream } from '../../src/read/text-stream.ts';

export interface SeenLine {
  /** With its LF. */
  readonly text: string;
  readonly offset: number;
}

/**
 * All lines of a text, consumed as scanning does: up to `linesAWindow` whole ones of each window. Of a line of more than
 * `maxLineBytes` the beginning and the rest come as lines of their own.
 */
export async function readLines(
  kernel: Kernel,
  stream: TextStream,
  maxLineBytes: number,
  linesAWindow = Number.POSITIVE_INFINITY,
): Promise<SeenLine[]> {
  const seen: SeenLine[] = [];
  let unread = 0;
  try {
    for (;;) {
      const { start, end, last } = await stream.next(unread);
      const lines = wholeLines(kernel.bytes.subarray(start, end), maxLineBytes, linesAWindow);
      unread = start;
      for (const line of lines) {
        seen.push({ text: Buffer.from(line).toString('latin1'), offset: stream.offset + unread - start });
        unread += line.length;
      }
      // What lies behind a text is free to be written.
      kernel.bytes.fill(0x21, end, end + 256);
      if (last && unread === end) return seen;
      if (last && lines.length === 0) throw new Error('the last line has no end');
    }
  } finally {
    await stream.close();
  }
}

function wholeLines(text: Uint8Array, maxLineBytes: number, maxLines: number): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = text.indexOf(0x0a); end !== -1 && lines.length < maxLines; end = text.indexOf(0x0a, start)) {
    lines.push(text.slice(start, end + 1));
    start = end + 1;
  }
  if (lines.length < maxLines && text.length - start > maxLineBytes) lines.push(text.slice(start));
  return lines;
}
