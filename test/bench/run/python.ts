import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PEERS_FOLDER } from '../contenders/peer.ts';

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/hourmill-bench');

/**
 * The Python that has the peers: an environment of its own, installed at the first use. It is needed without peers too:
 * it measures processes and compares files.
 */
export function providePython({ spark }: { readonly spark: boolean }): string {
  const lists = ['requirements.txt', ...(spark ? ['requirements-spark.txt'] : [])].map((name) =>
    join(PEERS_FOLDER, name),
  );
  const wanted = lists.map((list) => readFileSync(list, 'utf8')).join('');
  const folder = join(CACHE, `python-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`);
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'installed');
  if (existsSync(stamp)) return python;
  process.stderr.write('installing the peers (once, 1.3 GB on disk) …\n');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  runTool('python3', ['-m', 'venv', folder]);
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  runTool(python, [...install, ...lists.flatMap((list) => ['-r', list])]);
  writeFileSync(`${stamp}.new`, wanted);
  renameSync(`${stamp}.new`, stamp);
  return python;
}

function runTool(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (error) throw new Error(`the benchmark needs Python 3.10 or newer: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}
