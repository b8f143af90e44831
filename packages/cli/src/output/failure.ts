import { HourmillError, InvariantError } from '@hourmill/core';
import { printJson } from './json.ts';

/** Says on stderr what went wrong (and with `--json` on stdout too) and returns the exit code. */
export function report(error: unknown, argv: readonly string[]): number {
  if (argv.includes('--json')) printJson({ version: 1, error: describe(error) });
  if (error instanceof HourmillError) {
    process.stderr.write(`hourmill: ${error.code}: ${error.message}\n`);
    return error.exitCode;
  }
  const what = error instanceof InvariantError ? 'a bug in Hourmill' : 'unexpected';
  process.stderr.write(
    `hourmill: ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
}

function describe(error: unknown): object {
  if (error instanceof HourmillError) {
    return { code: error.code, message: error.message, retryable: error.retryable, context: error.context };
  }
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? error.message : String(error),
    retryable: false,
    context: {},
  };
}
