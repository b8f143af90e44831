import { isoMillis } from '@hourmill/core';
import type { RunProgress } from '@hourmill/runner';
import { group } from './table.ts';

export interface ProgressLine {
  /** What is going on now; takes the place of what stood there before. */
  show(text: string): void;
  /** Removes the line, before something lasting is printed. */
  clear(): void;
}

/** A line on stderr that is rewritten in place; without a terminal each new text is a line of its own, when it differs. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  let shown = '';
  if (!stream.isTTY) {
    return {
      show: (text) => {
        if (text !== shown) stream.write(`${text}\n`);
        shown = text;
      },
      clear: () => {},
    };
  }
  return {
    show: (text) => {
      stream.write(`\r\x1b[K${text.slice(0, (stream.columns || 80) - 1)}`);
      shown = text;
    },
    clear: () => {
      if (shown !== '') stream.write('\r\x1b[K');
      shown = '';
    },
  };
}

/** A run's progress as text; undefined for what a log without a terminal does not need. */
function describeProgress(event: RunProgress, isTerminal: boolean): string | undefined {
  const hour = isoMillis(event.chunk.startMs).slice(0, 16);
  switch (event.kind) {
    case 'step':
      return `${hour} ${event.step}`;
    case 'scan': {
      const { events, bytes, totalBytes, splitsDone, splits } = event.progress;
      const percent = totalBytes === 0 ? 100 : Math.floor((100 * bytes) / totalBytes);
      return isTerminal
        ? `${hour} scan: ${group(events)} events, ${percent} %, split ${splitsDone} of ${splits}`
        : undefined;
    }
    case 'index':
      return isTerminal ? `${hour} ${event.progress.step}: ${event.progress.detail}` : undefined;
  }
}

/** The `onProgress` of a run that writes to a progress line. */
export function runProgress(line: ProgressLine): (event: RunProgress) => void {
  const isTerminal = process.stderr.isTTY;
  return (event) => {
    const text = describeProgress(event, isTerminal);
    if (text !== undefined) line.show(text);
  };
}
