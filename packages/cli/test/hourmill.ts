import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The bundle, which vitest.config.ts has just built: what users run. */
const MAIN = fileURLToPath(new URL('../bin/hourmill.mjs', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface HourmillOptions {
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onStderr?: (text: string, child: ChildProcess) => void;
}

/** Runs the command as a user would, in a process of its own. */
export function hourmill(args: readonly string[], { env = {}, onStderr }: HourmillOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onStderr?.(text, child);
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** A folder that a test fills and that is gone after it. */
export class Workplace implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'hourmill-cli-'));

  /** Writes a file and returns its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const HOUR = '2026-11-22T10';

/** A definition over the given input files without Druid, with `more` lines added. */
export function definition(paths: readonly string[], more = ''): string {
  return `
name: clicks
source: { type: files, paths: ${JSON.stringify(paths)} }
format: { type: json }
timestamp: { column: t, format: iso }
rollup:
  segmentGranularity: hour
  queryGranularity: minute
  dimensions: [page]
  metrics:
    - { name: events, type: count }
    - { name: total, type: longSum, field: n }
output: { store: "file:./warehouse" }
guards: { maxRejectedRatio: 1 }
${more}`;
}

/** A valid event of {@link HOUR}. */
export function event(fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ t: '2026-11-22T10:00:01Z', page: 'a', n: 1, id: 'x', ...fields });
}
