import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchCase } from '../cases.ts';
import type { PeerProgram } from '../run/peer-program.ts';
import type { Contender, Prepared, Work } from './contender.ts';

/** What does the job from files. */
const FILE_PEERS: readonly string[] = ['duckdb', 'chdb', 'polars', 'datafusion'];
/** Clients of Kafka: they merely take all messages and count their bytes. */
const CONSUMERS: readonly string[] = ['kafkajs', 'platformatic', 'confluent', 'librdkafka'];

/** Each is a program in ../peers. */
export const PEERS: readonly string[] = [...FILE_PEERS, 'spark', ...CONSUMERS];

/**
 * Who takes part in a case, of those that are wanted. Null: all, but Spark from Kafka alone: from files it takes longer than
 * all others together.
 */
export function peersOf({ storage }: BenchCase, wanted: readonly string[] | null): string[] {
  if (storage === 'kafka') return ['spark', ...CONSUMERS].filter((name) => wanted?.includes(name) ?? true);
  return [...FILE_PEERS, 'spark'].filter((name) => (wanted ?? FILE_PEERS).includes(name));
}

/** The exit code with which a peer says that it cannot do a job at all. */
export const CANNOT = 77;

export const PEERS_FOLDER = join(import.meta.dirname, '../peers');

export function peerContender(name: string, program: PeerProgram): Contender {
  return {
    name,
    threads: null,
    missing: program.missing,
    prepare(work: Work): Prepared {
      const out = join(work.folder, 'out.parquet');
      const job = join(work.folder, 'job.json');
      writeFileSync(job, JSON.stringify(jobOf(work, out)));
      const command = [...program.command, job, ...program.more];
      return { command, outputs: () => (CONSUMERS.includes(name) ? [] : [out]) };
    },
  };
}

/** `Job` of peers/job.py. */
function jobOf({ job, dataSet, s3, kafka, folder, threads }: Work, out: string): Record<string, unknown> {
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
    kafka,
  };
}
