import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type Compression, chunkAt, type LateRules, type SegmentGranularity, type TimeChunk } from '@hourmill/core';
import type { Program, TimestampFormat } from '@hourmill/pipeline';
import type { InputFile } from '../engines/input-files.ts';
import { type Habits, randomFields } from './fields.ts';
import { randomProgram } from './programs.ts';
import { Random } from './random.ts';
import { brokenLine, type Producer, randomProducer } from './records.ts';

/** A line of a file with its end. */
export type Line = string | Uint8Array;

export interface FuzzFile {
  readonly compression: Compression;
  readonly lines: readonly Line[];
}

/** What a case asks of an engine that is tuned for tests. None of it may change the outcome. */
export interface FuzzSizes {
  readonly workers: number;
  readonly rangeBytes: number;
  readonly readBytes: number;
  readonly batchRows: number;
  /** More go to disk. */
  readonly maxKeys: number;
  readonly maxGroups: number;
}

/** An hour to be built: the same for the same seed. */
export interface FuzzCase {
  readonly seed: number;
  readonly program: Program;
  readonly chunk: TimeChunk;
  readonly maxRecordBytes: number;
  readonly files: readonly FuzzFile[];
  readonly sizes: FuzzSizes;
  readonly lateRules: LateRules;
  /** Of the keys of the hour every n-th is known before the first record; null: there are no known ones. */
  readonly knownEvery: number | null;
}

/** A case of about so many records. */
export function fuzzCase(seed: number, records: number): FuzzCase {
  const random = new Random(seed);
  const granularity = random.pick<SegmentGranularity>(['hour', 'hour', 'hour', 'day', 'five_minute']);
  const chunk = chunkAt(Date.UTC(random.pick([2026, 2026, 1969, 2400]), 10, 22, 10), granularity);
  const format = random.pick<TimestampFormat>(['auto', 'auto', 'iso', 'millis', 'posix', 'micro', 'nano']);
  const habits: Habits = {
    hourMs: chunk.startMs,
    hourLengthMs: chunk.endMs - chunk.startMs,
    format,
    strays: random.pick([0, 0.01, 0.3]),
    escapes: random.pick([0, 0.01, 0.3]),
    oddCharacters: random.pick([0, 0, 0.01, 0.2]),
    ids: Math.max(1, Math.floor(records * random.pick([0.01, 0.5, 0.9, 100]))),
  };
  const fields = randomFields(random, habits);
  const program = randomProgram(random, fields, format);
  const oddness = random.pick([0, 0.005, 0.1, 0.6]);
  const producers = Array.from({ length: random.between(1, 3) }, () =>
    randomProducer(random, fields, oddness, habits.escapes),
  );
  const fileCount = random.pick([1, 1, 2, 3, 6]);
  const broken = random.pick([0, 0, 0.002, 0.05]);
  const files = Array.from({ length: fileCount }, () => {
    const count = random.chance(0.05) ? 0 : Math.ceil((records * 2 * random.fraction()) / fileCount);
    return {
      compression: random.pick<Compression>(['none', 'none', 'gzip', 'zstd']),
      lines: linesOf(random, producers, count, broken),
    };
  });
  const sizes = {
    workers: random.pick([1, 1, 1, 2, 3]),
    rangeBytes: random.pick([1, 100, 5000, 100_000, 2 << 20]),
    readBytes: random.pick([64, 1000, 4096, 65_536, 512 * 1024]),
    batchRows: random.pick([128, 256, 1024, 8192]),
  };
  // Ranges of a byte are slow on large files: each is opened and read by itself.
  const bytes = records * 300;
  const rangeBytes = Math.max(sizes.rangeBytes, Math.ceil(bytes / 2000));
  const maxRecordBytes = random.pick([1 << 20, 1 << 20, 4000, 600]);
  const spill = {
    maxKeys: random.pick([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 30, 1000]),
    maxGroups: random.pick([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 30, 1000]),
  };
  const knownEvery = random.pick([null, null, 1, 2, 7, 100]);
  const lateRules = randomLateRules(random, chunk, fileCount);
  return {
    ...{ seed, program, chunk, maxRecordBytes, files },
    ...{ sizes: { ...sizes, ...spill, rangeBytes }, lateRules, knownEvery },
  };
}

function randomLateRules(random: Random, { startMs, endMs }: TimeChunk, files: number): LateRules {
  const lengthMs = endMs - startMs;
  const own = Array.from({ length: random.below(files + 1) }, () => {
    const fromMs = startMs - random.between(1, 3) * lengthMs;
    return { split: random.below(files), fromMs, toMs: fromMs + lengthMs, offsets: null };
  });
  return { fromMs: startMs - random.pick([1, 3, 100_000]) * lengthMs, own };
}

function linesOf(random: Random, producers: readonly Producer[], count: number, broken: number): Line[] {
  const crlf = random.pick([0, 0, 0.5, 1]);
  const lines: Line[] = [];
  let producer = random.pick(producers);
  for (let index = 0; index < count; index++) {
    if (producers.length > 1 && random.chance(0.3)) producer = random.pick(producers);
    const record = producer(random);
    const end = crlf > 0 && random.chance(crlf) ? '\r\n' : '\n';
    const line = broken > 0 && random.chance(broken) ? brokenLine(random, record) : record;
    lines.push(typeof line === 'string' ? line + end : Buffer.concat([line, Buffer.from(end)]));
  }
  const first = lines[0];
  if (first !== undefined && random.chance(0.2))
    lines[0] = Buffer.concat([Buffer.from('\ufeff'), Buffer.from(first as string)]);
  const last = lines.at(-1);
  if (typeof last === 'string' && random.chance(0.4))
    lines[lines.length - 1] = last.replace(/\r?\n$/, random.pick(['', '', '\r', ' ']));
  return lines;
}

/** The file as an engine reads it. Large ones of lines that compress are made of several members at times. */
export function inputFile({ compression, lines }: FuzzFile): InputFile {
  const whole = bytesOf(lines);
  if (compression === 'none') return whole;
  const compress = compression === 'gzip' ? gzipSync : zstdCompressSync;
  const cut = lines.length % 3 === 0 ? whole.length : Math.floor(whole.length / 3);
  const members = [whole.subarray(0, cut), whole.subarray(cut)].filter(
    (member, index) => index === 0 || member.length > 0,
  );
  return { bytes: Buffer.concat(members.map((member) => compress(member))), compression };
}

function bytesOf(lines: readonly Line[]): Buffer {
  if (lines.every((line) => typeof line === 'string')) return Buffer.from(lines.join(''));
  return Buffer.concat(lines.map((line) => (typeof line === 'string' ? Buffer.from(line) : line)));
}
