import type { Compression } from './data/data-set.ts';
import type { EventShape } from './data/generate.ts';

/** One job that all contenders do: which events, how they lie, and what differs from the common job. */
export interface BenchCase {
  readonly name: string;
  readonly title: string;
  readonly shape: EventShape;
  /** Events, as a multiple of `--events`. */
  readonly scale: number;
  readonly files: number;
  /** Of the files; of the topic where it is one. */
  readonly compression: Compression;
  /** On this disk, on a local S3 server, or in a topic of a local Kafka. */
  readonly storage: 'disk' | 's3' | 'kafka';
  readonly deduplicate: boolean;
  /** Whether used fields can be missing or null. */
  readonly nullable: boolean;
  /** What an engine may use, where it can be told. */
  readonly memoryMib: number | null;
  /** For cases that take minutes: at most so many rounds, and none to warm up. */
  readonly maxRuns: number | null;
}

/** 200 publishers, 15 countries, 4 devices, 12 five-minute buckets: 144,000 groups. */
const COMMON: EventShape = { kind: 'plain', publishers: { count: 200, skewed: true } };
/** With 4,000,000 events: 2,016,000 groups. */
const MANY_GROUPS: EventShape = { kind: 'plain', publishers: { count: 5000, skewed: false } };

const PLAIN: BenchCase = {
  name: 'plain',
  title: 'one plain file',
  shape: COMMON,
  scale: 1,
  files: 1,
  compression: 'none',
  storage: 'disk',
  deduplicate: true,
  nullable: false,
  memoryMib: null,
  maxRuns: null,
};

/** With 100,000,000 events: 16,100,000 groups. */
const MOST_GROUPS: EventShape = { kind: 'small', publishers: { count: 22_500, skewed: false } };

export const CASES: readonly BenchCase[] = [
  PLAIN,
  { ...PLAIN, name: 'plain8', title: '8 plain files', files: 8 },
  { ...PLAIN, name: 'gzip8', title: '8 gzip files', files: 8, compression: 'gzip' },
  { ...PLAIN, name: 'zstd8', title: '8 zstd files', files: 8, compression: 'zstd' },
  { ...PLAIN, name: 'wide', title: '60 fields, 2 KB, 8 of them used', shape: { ...COMMON, kind: 'wide' } },
  {
    ...PLAIN,
    name: 'odd',
    title: 'optional fields and nulls, escapes in 20 % of the lines',
    shape: { ...COMMON, kind: 'odd' },
    nullable: true,
  },
  { ...PLAIN, name: 'groups', title: 'twice the events, most in a group of their own', shape: MANY_GROUPS, scale: 2 },
  { ...PLAIN, name: 'nokey', title: 'without deduplication', deduplicate: false },
  { ...PLAIN, name: 's3', title: '8 gzip objects on a local S3 server', files: 8, compression: 'gzip', storage: 's3' },
  { ...PLAIN, name: 'kafka', title: 'a topic of Kafka in 4 partitions, uncompressed', storage: 'kafka' },
  {
    ...PLAIN,
    name: 'kafka-zstd',
    title: 'a topic of Kafka in 4 partitions, zstd',
    storage: 'kafka',
    compression: 'zstd',
  },
  { ...PLAIN, name: 'memory', title: 'ten times the events within 2 GiB', scale: 10, memoryMib: 2048, maxRuns: 3 },
  {
    ...PLAIN,
    name: 'spill',
    title: 'fifty times the events in 16 million groups within 2 GiB, 16 zstd files',
    shape: MOST_GROUPS,
    scale: 50,
    files: 16,
    compression: 'zstd',
    memoryMib: 2048,
    maxRuns: 1,
  },
];

/** The two inputs of the check that the cost of an event does not grow with their number. */
export const LINEAR = { small: PLAIN, large: { ...PLAIN, scale: 10 }, maxRuns: 5 } as const;

/** What `--cases` takes besides the names of {@link CASES}: measurements of Hourmill alone. */
export const CHECKS = ['startup', 'linear'] as const;
