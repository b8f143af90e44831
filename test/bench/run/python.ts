import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PEERS_FOLDER } from '../contenders/peer.ts';
import { provideInstalled, runTool } from './installed.ts';

/** The lists of packages, and what they need on disk. */
const SIZES = { 'requirements.txt': '1.3 GB', 'requirements-spark.txt': '1 GB' } as const;

/**
 * A Python that has the packages of a list: an environment of its own, installed at the first use. That of
 * `requirements.txt` is needed without peers too: it measures processes and compares files.
 */
export function providePython(list: keyof typeof SIZES): string {
  const file = join(PEERS_FOLDER, list);
  const folder = provideInstalled({
    name: 'python',
    wanted: readFileSync(file, 'utf8'),
    what: `${list} (once, ${SIZES[list]} on disk)`,
    install: (folder) => {
      runTool('the benchmark needs Python 3.10 or newer', 'python3', ['-m', 'venv', folder]);
      const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', file];
      runTool('this Python has no pip', pythonOf(folder), install);
    },
  });
  return pythonOf(folder);
}

const pythonOf = (folder: string) => join(folder, 'bin', 'python');
