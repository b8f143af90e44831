// CPU time of reading Kafka's record batches as a worker reads them, by record of about 433 bytes, those of `npm run bench`: from a
// record set outside of the kernel's memory to the columns of its records, CRC included, also with zstd, which the host decodes:
//   node packages/engine/bench/kafka.bench.ts
import { zstdCompressSync } from 'node:zlib';
import { CODEC, RECORD_COLUMNS_BYTES } from '@hourmill/kernel';
import { eventChunks } from '../../../test/bench/data/generate.ts';
import { cpuNanoseconds } from '../../kernel/bench/measure.ts';
import { recordSet } from '../../kernel/bench/sample-messages.ts';
import { testKernel } from '../../kernel/test/support/test-kernel.ts';
import { BatchDamage } from '../src/read/kafka/damaged-batch.ts';
import { DecompressedRecords } from '../src/read/kafka/decompressed-records.ts';
import { describedBatch, type RecordBatch } from '../src/read/kafka/record-batch.ts';
import { RecordSetCursor } from '../src/read/kafka/record-set-cursor.ts';

const ROUNDS = 15;
const RECORDS = 38_000;
const CAPACITY = 4096;
/** A batch of 16 KiB, one of 128 KiB, and one that a broker just takes. */
const PER_BATCH = [38, 300, 1000];

const kernel = testKernel();
const { exports } = kernel;
const columns = exports.allocate(CAPACITY * RECORD_COLUMNS_BYTES);
const cursor = new RecordSetCursor(kernel);
const decompressed = new DecompressedRecords(kernel);

function readSet(bytes: Uint8Array): number {
  let records = 0;
  cursor.take({ bytes, aborted: [] });
  while (exports.readRecordBatch(cursor.at, cursor.end) === 0) {
    const batch = describedBatch(kernel);
    records += index(batch);
    cursor.pass(batch);
  }
  return records;
}

function index(batch: RecordBatch): number {
  decompressed.empty();
  const stored = { at: batch.recordsAt, end: batch.recordsEnd };
  const place = batch.codec === CODEC.none ? stored : decompressed.decompress(batch);
  if (place === null || place instanceof BatchDamage) throw new Error(place?.detail ?? 'a batch has no room');
  exports.openRecords(place.at, place.end);
  let all = 0;
  for (let rows = indexMore(); rows > 0; rows = indexMore()) all += rows;
  return all;
}

const indexMore = () => exports.indexRecords(columns, CAPACITY, 0);

const shape = { kind: 'plain', publishers: { count: 200, skewed: true } } as const;
const values = Buffer.concat([...eventChunks(shape, 0, RECORDS)])
  .toString()
  .trimEnd()
  .split('\n');
const cases = PER_BATCH.flatMap((perBatch) => [
  { name: 'uncompressed', perBatch, codec: CODEC.none, pack: (records: Buffer) => records },
  { name: 'zstd', perBatch, codec: CODEC.zstd, pack: (records: Buffer) => zstdCompressSync(records) },
]).map((options) => ({ ...options, set: recordSet(values, options), best: Number.POSITIVE_INFINITY }));

// In turns: the machine may be busy, but not for all rounds.
for (let round = 0; round < ROUNDS; round++) {
  for (const entry of cases) {
    const nanoseconds = cpuNanoseconds(() => {
      if (readSet(entry.set) !== RECORDS) throw new Error(`${entry.name}: records are missing`);
    });
    entry.best = Math.min(entry.best, nanoseconds / RECORDS);
  }
}
for (const { name, perBatch, set, best } of cases) {
  const rate = `${best.toFixed(1).padStart(7)} ns a record, ${(1000 / best).toFixed(1)} million a second`;
  console.log(`${rate}: ${name}, ${perBatch} a batch, ${Math.round(set.length / RECORDS)} bytes a record stored`);
}
