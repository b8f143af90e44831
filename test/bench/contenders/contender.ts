import type { BenchCase } from '../cases.ts';
import type { DataSet } from '../data/data-set.ts';

/** Objects on an S3 server; the fields are those of `S3` in peers/job.py. */
export interface S3Input {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly bucket: string;
  /** Ends with "/"; everything below it is input. */
  readonly prefix: string;
  readonly keys: readonly string[];
}

/** A topic of a Kafka broker; the fields are those of `Kafka` in peers/job.py. */
export interface KafkaInput {
  /** HOST:PORT */
  readonly brokers: string;
  readonly topic: string;
  /** The offset at which each partition ends. They begin at 0. */
  readonly ends: readonly number[];
}

/** One run of one contender. */
export interface Work {
  readonly job: BenchCase;
  readonly dataSet: DataSet;
  /** The data set's files as objects. */
  readonly s3: S3Input | null;
  /** The data set's events as messages. */
  readonly kafka: KafkaInput | null;
  /** Empty, and the run's own. On the same disk as the data. */
  readonly folder: string;
  readonly threads: number;
}

export interface Prepared {
  readonly command: readonly string[];
  /** The Parquet files, after the command has ended well. None of who merely consumes. */
  outputs(): readonly string[];
}

/** An engine with its settings. Its processes start from nothing for each run. */
export interface Contender {
  readonly name: string;
  /** Null: may use as many threads as the options say. */
  readonly threads: number | null;
  /** Why it cannot be run on this machine; null when it can. */
  readonly missing: string | null;
  /** Writes what the command reads besides the events. */
  prepare(work: Work): Prepared;
}
