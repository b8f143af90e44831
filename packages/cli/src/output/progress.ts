import { isoMillis } from '@hourmill/core';
import type { RunProgress } from '@hourmill/runner';
import { type Rates, ScanRates } from './scan-rates.ts';
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
function describeProgress(event: RunProgress, isTerminal: boolean, rates: Rates | null): string | undefined {
  const hour = isoMillis(event.chunk.startMs).slice(0, 16);
  switch (event.kind) {
    case 'step':
      return `${hour} ${event.step}`;
    case 'scan': {
      if (!isTerminal) return undefined;
      const { events, bytes, totalBytes, splitsDone, splits, memoryBytes, spilledBytes } = event.progress;
      const percent = totalBytes === 0 ? 100 : Math.floor((100 * bytes) / totalBytes);
      const speed = rates === null ? '' : `, ${group(rates.eventsPerSecond)}/s, ${mib(rates.bytesPerSecond)} MiB/s`;
      const spilled = spilledBytes === 0 ? '' : `, ${mib(spilledBytes)} MiB spilled`;
      return `${hour} scan: ${group(events)} events${speed}, ${percent} %, split ${splitsDone} of ${splits}, ${mib(memoryBytes)} MiB${spilled}`;
    }
    case 'index':
      return isTerminal ? `${hour} ${event.progress.step}: ${event.progress.detail}` : undefined;
  }
}

function mib(bytes: number): string {
  return group(Math.round(bytes / 1048576));
}

/** The `onProgress` of a run that writes to a progress line. */
export function runProgress(line: ProgressLine): (event: RunProgress) => void {
  const isTerminal = process.stderr.isTTY;
  const rates = new ScanRates();
  return (event) => {
    const text = describeProgress(event, isTerminal, rates.of(event));
    if (text !== undefined) line.show(text);
  };
}

/**
 * The `onProgress` of `--progress json`: one JSON object a line on stderr, `{hour, step}` for each step of a run, and while it
 * scans `{hour, step: "scan", events, eventsPerSecond, bytes, bytesPerSecond, totalBytes, splitsDone, splits, memoryBytes, spilledBytes}`.
 */
export function progressLines(write = (text: string) => void process.stderr.write(text)): (event: RunProgress) => void {
  const rates = new ScanRates();
  return (event) => {
    const hour = isoMillis(event.chunk.startMs);
    if (event.kind === 'step') write(`${JSON.stringify({ hour, step: event.step })}\n`);
    else if (event.kind === 'index') write(`${JSON.stringify({ hour, ...event.progress })}\n`);
    else write(`${JSON.stringify({ hour, step: 'scan', ...event.progress, ...rates.of(event) })}\n`);
  };
}
