import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/hourmill-bench');

export interface Installation {
  /** The folder's name begins with it. */
  readonly name: string;
  /** What is installed, to the last version: a folder is found again by it. */
  readonly wanted: string;
  /** For who waits: "the peers (once, 1.3 GB on disk)". */
  readonly what: string;
  /** Fills the folder, which is there and empty. */
  install(folder: string): void;
}

/** A folder outside of the repository's own packages with what only the benchmark needs: filled now, or at an earlier time. */
export function provideInstalled({ name, wanted, what, install }: Installation): string {
  const folder = join(CACHE, `${name}-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`);
  const stamp = join(folder, 'installed');
  if (existsSync(stamp)) return folder;
  process.stderr.write(`installing ${what} …\n`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  install(folder);
  writeFileSync(`${stamp}.new`, wanted);
  renameSync(`${stamp}.new`, stamp);
  return folder;
}

/** @throws with a message for the user, which begins with `needs` when there is no such command */
export function runTool(needs: string, command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (error) throw new Error(`${needs}: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}
