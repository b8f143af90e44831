import { readFileSync } from 'node:fs';
import type { Compression, KafkaOpener, RecordSet, Source } from '@hourmill/core';
import { CODEC } from '@hourmill/kernel';
import { batchOf, encodeBatch, encodeRecords, recordOf } from '../../../kernel/test/support/kafka-batches.ts';
import { decompress } from '../../../reference/src/read/decompress.ts';
import { compressRecords, LOG_CODECS } from './compress-records.ts';
import { fileSplit, openFiles } from './file-topic.ts';

/** Records of a batch, in turn: such that blocks are filled by several batches, by one, and by a part of one. */
const BATCH_RECORDS = [1, 40, 3, 128, 300, 127, 2];
const BATCHES_A_SET = 5;

/** The lines of files as messages: what is a record in a file is one here, with the same bytes. */
export function fileMessages(paths: readonly string[]): Source {
  return {
    list: async () => ({
      splits: await Promise.all(
        paths.map(async (path, index) => fileSplit(path, index, (await recordsOf(path)).length)),
      ),
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
  const records = await recordsOf(path);
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
