import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender, Prepared, Work } from './contender.ts';

/** Each is a program in ../peers. Spark runs only when it is asked for: it takes longer than all others together. */
export const PEERS: readonly string[] = ['duckdb', 'chdb', 'polars', 'datafusion', 'spark'];

/** The exit code with which a peer says that it cannot do a job at all. */
export const CANNOT = 77;

export const PEERS_FOLDER = join(import.meta.dirname, '../peers');

export function peerContender(name: string, python: string): Contender {
  return {
    name,
    threads: null,
    prepare(work: Work): Prepared {
      const out = join(work.folder, 'out.parquet');
      const job = join(work.folder, 'job.json');
      writeFileSync(job, JSON.stringify(jobOf(work, out)));
      return { command: [python, join(PEERS_FOLDER, `${name}_peer.py`), job], outputs: () => [out] };
    },
  };
}

/** `Job` of peers/job.py. */
function jobOf({ job, dataSet, s3, folder, threads }: Work, out: string): Record<string, unknown> {
  const temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  const { keys, ...connection } = s3 ?? { keys: dataSet.files };
  return {
    inputs: keys,
    compression: job.compression,
    out,
    temporary,
    threads,
    deduplicate: job.deduplicate,
    nullable: job.nullable,
    memoryMib: job.memoryMib,
    s3: s3 === null ? null : connection,
  };
}
