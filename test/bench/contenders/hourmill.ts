import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOUR } from '../data/event-fields.ts';
import type { HourmillBuild } from '../report/results.ts';
import type { Contender, Prepared, Work } from './contender.ts';
import { definitionText } from './definition.ts';

/** The command as users have it after an install. */
export const HOURMILL = join(import.meta.dirname, '../../../node_modules/.bin/hourmill');

export interface HourmillOptions {
  /** Null: as many as the options of the benchmark say. */
  readonly workers: number | null;
  readonly engine: string | null;
}

/** Hourmill as users run it: a definition file, a store with manifest and ledger, fsync. */
export function hourmillContender(name: string, { workers, engine }: HourmillOptions): Contender {
  return {
    name,
    threads: workers,
    missing: null,
    prepare(work: Work): Prepared {
      const definition = join(work.folder, 'bench.yaml');
      writeFileSync(definition, definitionText(work));
      return {
        command: hourmillCommand({ definition, engine, workers: work.threads, memoryMib: work.job.memoryMib }),
        outputs: () => globSync(join(work.folder, 'warehouse/**/*.parquet')),
      };
    },
  };
}

interface CommandOptions {
  readonly definition: string;
  readonly engine: string | null;
  readonly workers: number;
  readonly memoryMib: number | null;
}

/** The one place that knows the command line of a run. */
function hourmillCommand({ definition, engine, workers, memoryMib }: CommandOptions): string[] {
  const command = [HOURMILL, 'run', '-p', definition, '--hour', HOUR, '--no-index', '--json'];
  if (engine !== null) command.push('--engine', engine);
  if (takesWorkers()) command.push('--workers', String(workers));
  if (memoryMib !== null) command.push('--memory', `${memoryMib}MiB`);
  return command;
}

const BUILD = join(import.meta.dirname, '../../../packages/cli/build');

/** Which program these commands run, so that numbers can be told from those of another build. */
export function hourmillBuild(engine: string | null): HourmillBuild {
  const hash = createHash('sha256');
  for (const file of globSync(join(BUILD, '*.{mjs,wasm}')).sort()) hash.update(readFileSync(file));
  const byDefault = /--engine .*?default:\s+"(\w+)"/s.exec(helpOfRun())?.[1];
  return { build: hash.digest('hex').slice(0, 16), engine: engine ?? byDefault ?? 'unknown' };
}

let runHelp: string | undefined;

function helpOfRun(): string {
  runHelp ??= spawnSync(HOURMILL, ['run', '--help'], { encoding: 'utf8' }).stdout;
  return runHelp;
}

/** Whether this Hourmill can be told its number of workers; otherwise a row for one worker says nothing. */
export function takesWorkers(): boolean {
  return helpOfRun().includes('--workers');
}
