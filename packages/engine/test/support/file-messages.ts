import { readFileSync } from 'node:fs';
import type { Compression, KafkaOpener, KafkaSplit, RecordSet, Source } from '@hourmill/core';
import { CODEC } from '@hourmill/kernel';
import { batchOf, encodeBatch, encodeRecords, recordOf } from '../../../kernel/test/support/kafka-batches.ts';
import { decompress } from '../../../reference/src/read/decompress.ts';
import { compressRecords, LOG_CODECS } from './compress-records.ts';

/** Records of a batch, in turn: such that blocks are filled by several batches, by one, and by a part of one. */
const BATCH_RECORDS = [1, 40, 3, 128, 300, 127, 2];
const BATCHES_A_SET = 5;

/** The lines of files as messages: what is a record in a file is one here, with the same bytes. */
export function fileMessages(paths: readonly string[]): Source {
  return {
    list: async () => ({
      splits: await Promise.all(paths.map(splitOf)),
      losses: [],
    }),
    worker: { module: import.meta.url, options: null },
  };
}

async function splitOf(path: string, ordinal: number): Promise<KafkaSplit> {
  const records = (await recordsOf(path)).length;
  return {
    type: 'kafka',
    ordinal,
    id: `kafka:${path}`,
    topic: path,
    topicId: '',
    partition: ordinal,
    startOffset: 0,
    endOffset: records,
    bytes: records * 100,
    isolation: 'read_committed',
    tombstones: 'reject',
  };
}

/** What a worker imports. */
export function openSplits(): KafkaOpener {
  return {
    type: 'kafka',
    open: async ({ topic }) => {
      const sets = recordSets(await recordsOf(topic));
      return { next: () => sets.next().value ?? null, close: () => {} };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

function* recordSets(records: readonly Uint8Array[]): Generator<RecordSet, undefined> {
  const batches: Buffer[] = [];
  let base = 0;
  for (let batch = 0; base < records.length; batch++) {
    const values = records.slice(base, base + (BATCH_RECORDS[batch % BATCH_RECORDS.length] ?? 1));
    const codec = LOG_CODECS[batch % LOG_CODECS.length] ?? 'none';
    const all = values.map((value, index) => recordOf(index, value));
    const spec = batchOf(all, { baseOffset: BigInt(base), codec: CODEC[codec === 'xerial' ? 'snappy' : codec] });
    batches.push(encodeBatch(spec, compressRecords(codec, encodeRecords(all))));
    base += values.length;
    if (batches.length === BATCHES_A_SET) yield { bytes: Buffer.concat(batches.splice(0)), aborted: [] };
  }
  yield { bytes: Buffer.concat(batches), aborted: [] };
  return undefined;
}

/** In a few obvious lines: no BOM, no blank lines, no line ends. */
async function recordsOf(path: string): Promise<Buffer[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of decompress(stored(path), compressionOf(path), path)) pieces.push(Buffer.from(piece));
  const text = Buffer.concat(pieces)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  return lines.filter((line) => /[^ \t\r]/.test(line)).map((line) => Buffer.from(line, 'latin1'));
}

async function* stored(path: string): AsyncGenerator<Uint8Array> {
  yield readFileSync(path);
}

function compressionOf(path: string): Compression {
  if (path.endsWith('.gz')) return 'gzip';
  return path.endsWith('.zst') ? 'zstd' : 'none';
}
