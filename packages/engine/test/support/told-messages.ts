import { readFileSync } from 'node:fs';
import type { KafkaOpener, RecordSet, Source } from '@hourmill/core';
import { batchOf, encodeBatch, type RecordSpec } from '../../../kernel/test/support/kafka-batches.ts';
import { fileSplit, openFiles } from './file-topic.ts';

/** A line of a file: an event, and below `kafka` what Kafka knows of the message that carries it. */
export interface ToldMessage {
  readonly kafka: {
    readonly key: string | null;
    readonly timestamp: number;
    /** The number of the line. */
    readonly offset: number;
    /** The number of the file. */
    readonly partition: number;
    readonly headers: Readonly<Record<string, string | null>>;
  };
  readonly [field: string]: unknown;
}

/** Each line of the files as the message that it tells of: an engine of files has the same fields from the line itself. */
export function toldMessages(paths: readonly string[]): Source {
  return {
    list: async () => ({
      splits: paths.map((path, index) => fileSplit(path, index, linesOf(path).length)),
      losses: [],
    }),
    worker: { module: import.meta.url, options: null },
  };
}

/** What a worker imports. */
export function openSplits(): KafkaOpener {
  return openFiles(recordSets);
}

async function* recordSets(path: string): AsyncGenerator<RecordSet> {
  const records = linesOf(path).map(recordOf);
  if (records.length === 0) return;
  yield { bytes: encodeBatch(batchOf(records, { baseOffset: 0n, baseTimestamp: 0n })), aborted: [] };
}

function recordOf({ kafka, ...event }: ToldMessage): RecordSpec {
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text));
  return {
    offsetDelta: kafka.offset,
    timestampDelta: BigInt(kafka.timestamp),
    key: bytes(kafka.key),
    value: Buffer.from(JSON.stringify(event, null, kafka.offset % 3)),
    headers: Object.entries(kafka.headers).map(([name, value]) => [Buffer.from(name), bytes(value)] as const),
  };
}

function linesOf(path: string): readonly ToldMessage[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ToldMessage);
}
