import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL_BYTES = 256 * 1024;
const LINE_CHARACTERS = 300;
/** Of a Java stack trace: `at a.b.C.<init>(C.java:1)` and `... 9 more`. */
const FRAME = /^\s+(at [\w.$/<>]+\(|\.\.\. \d+ )/;
/** What Guice writes below an error: a list of `Name: "the.whole.Name"` between rules. */
const LEGEND = /^([\w$]+: +"[\w.$]+"|=+|(End of )?classname legend:|Full classname legend:)$/;
const TAIL_LINES = 40;

/**
 * The last 40 lines of a log, indented for a message. Frames of Java stack traces and Guice's legends are left out: they
 * push the lines that say what happened out of sight.
 */
export function lastLines(logFile: string): string {
  const lines = readTail(logFile)
    .split('\n')
    .filter((line) => line.trim() !== '' && !FRAME.test(line) && !LEGEND.test(line.trim()));
  const shown = lines.slice(-TAIL_LINES).map((line) => `  ${line.slice(0, LINE_CHARACTERS)}`);
  return shown.length === 0 ? '  (its log is empty)' : shown.join('\n');
}

function readTail(logFile: string): string {
  const file = openSync(logFile, 'r');
  try {
    const size = fstatSync(file).size;
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8');
  } finally {
    closeSync(file);
  }
}
