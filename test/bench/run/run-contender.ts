import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Contender, Work } from '../contenders/contender.ts';
import { notRun, type Run, runOnce } from './run-once.ts';

export interface Attempt {
  readonly run: Run;
  /** Parquet files; they stay until the next run of this contender. None unless it is done. */
  readonly outputs: readonly string[];
}

/** Runs a contender once, in an empty folder of its own. */
export async function runContender(
  { options, python, scratch, signal }: Bench,
  contender: Contender,
  { env, ...work }: Omit<Work, 'folder' | 'threads'> & { readonly env?: Readonly<Record<string, string>> },
): Promise<Attempt> {
  if (contender.missing !== null) return { run: notRun(contender.missing), outputs: [] };
  const folder = join(scratch, contender.name.replaceAll(/\W+/g, '-'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { command, outputs } = contender.prepare({ ...work, folder, threads: contender.threads ?? options.workers });
  const run = await runOnce(command, { python, signal, ...(env && { env }) });
  return { run, outputs: run.outcome === 'done' ? outputs() : [] };
}
