import { CommanderError } from 'commander';
import { report } from './output/failure.ts';
import { buildProgram } from './program.ts';
import { interruptible } from './signals.ts';

/** The `hourmill` command: parses the line, runs one command, ends with its exit code (DESIGN.md section 7). */
const interruption = interruptible();
try {
  await buildProgram(interruption.signal).parseAsync(process.argv);
} catch (error) {
  const exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : report(error, process.argv);
  process.exitCode = interruption.exitCode ?? exitCode;
} finally {
  interruption.dispose();
}
