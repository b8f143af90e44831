import { CommanderError } from 'commander';
import { report } from './output/failure.ts';
import { buildProgram } from './program.ts';
import { interruptible } from './signals.ts';

/** The `hourmill` command: parses the line, runs one command, ends with its exit code (DESIGN.md section 7). */
performance.mark('hourmill:loaded');
const interruption = interruptible();
try {
  await buildProgram(interruption.signal).parseAsync(process.argv);
} catch (error) {
  const exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : report(error, process.argv);
  process.exitCode = interruption.exitCode ?? exitCode;
} finally {
  interruption.dispose();
  if (process.env['HOURMILL_TIMINGS'] === '1') printTimings();
}

/** For benches: when each step of a build ended on the main thread, in milliseconds since the process began. */
function printTimings(): void {
  for (const { name, startTime } of performance.getEntriesByType('mark')) {
    if (name.startsWith('hourmill:')) process.stderr.write(`timing ${name.slice(9)} ${startTime.toFixed(1)}\n`);
  }
  process.stderr.write(`timing end ${performance.now().toFixed(1)}\n`);
}
