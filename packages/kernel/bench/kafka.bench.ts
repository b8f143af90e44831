// CPU time of reading Kafka's record batches, by record of 433 bytes: from the bytes of a Fetch response to the columns of values,
// times and offsets, CRC included (with zstd, which the host decodes: packages/engine/bench/kafka.bench.ts); and from there to the
// spans of a block, against the same texts as lines:
//   node packages/kernel/bench/kafka.bench.ts [part of a name]
import { gzipSync } from 'node:zlib';
import { BLOCK_ROWS, CODEC, type Kernel, RECORD_BATCH_FIELD, RECORD_COLUMNS_BYTES, RECORDS } from '@hourmill/kernel';
import { batchOf, encodeBatch, recordOf } from '../test/support/kafka-batches.ts';
import { JAVA_LZ4, lz4Frame, rawSnappy, xerialSnappy } from '../test/support/kafka-codecs.ts';
import { scanner } from '../test/support/scan-twin.ts';
import { put, testKernel } from '../test/support/test-kernel.ts';
import { cpuNanoseconds } from './measure.ts';
import { type Pack, recordSet, sampleMessages } from './sample-messages.ts';

const ROUNDS = 15;
const TOTAL_RECORDS = 38_000;
const VALUE_BYTES = 433;
const CAPACITY = 4096;
const HEADER_BYTES = 61;

const kernel = testKernel();
const { exports } = kernel;
const columns = exports.allocate(CAPACITY * RECORD_COLUMNS_BYTES);
const room = 2 * TOTAL_RECORDS * VALUE_BYTES;
const text = exports.allocate(room + RECORDS.overshootBytes);

const values = sampleMessages(TOTAL_RECORDS, VALUE_BYTES);

/** Reads a whole set; the number of records. */
function readSet(at: number, end: number): number {
  const descriptor = exports.recordBatchAt();
  let all = 0;
  while (exports.readRecordBatch(at, end) === 0) {
    const { view } = kernel;
    const bytes = view.getUint32(descriptor + RECORD_BATCH_FIELD.bytes, true);
    const codec = view.getInt32(descriptor + RECORD_BATCH_FIELD.codec, true);
    const records = view.getUint32(descriptor + RECORD_BATCH_FIELD.recordsAt, true);
    all += codec === CODEC.none ? index(records, at + bytes) : index(text, unpack(codec, records, at + bytes));
    at += bytes;
  }
  return all;
}

/** Where the text ends. */
function unpack(codec: number, at: number, end: number): number {
  const written = exports.decompressRecords(codec, at, end, text, text + room);
  if (written < 0) throw new Error(`decompressRecords answers ${written}`);
  return text + written;
}

function index(at: number, end: number): number {
  exports.openRecords(at, end);
  let all = 0;
  for (
    let rows = exports.indexRecords(columns, CAPACITY, 0);
    rows !== 0;
    rows = exports.indexRecords(columns, CAPACITY, 0)
  ) {
    if (rows < 0) throw new Error(`indexRecords answers ${rows}`);
    all += rows;
  }
  return all;
}

interface Case {
  readonly name: string;
  /** What one run reads, and what of. */
  readonly units: number;
  readonly run: () => void;
  readonly show: (nanoseconds: number) => string;
}

const wanted = process.argv[2] ?? '';
const perRecord = (ns: number) =>
  `${ns.toFixed(1).padStart(7)} ns a record, ${(1000 / ns).toFixed(1)} million a second`;
const perByte = (ns: number) => `${ns.toFixed(3).padStart(7)} ns a byte, ${(1 / ns).toFixed(1)} GB a second`;

function crcCase(bytes: number): Case {
  const at = put(kernel, Buffer.from(values.join('')).subarray(0, bytes));
  const calls = Math.ceil((1 << 24) / bytes);
  const run = () => {
    for (let call = 0; call < calls; call++) exports.crc32c(at, bytes);
  };
  return { name: `CRC-32C of ${bytes} bytes`, units: bytes * calls, run, show: perByte };
}

/** One batch again and again: in a run the CRC, or the decompressor, has just brought it into the cache. */
function indexCase(perBatch: number): Case {
  const batch = encodeBatch(batchOf(values.slice(0, perBatch).map((value, index) => recordOf(index, value))));
  const at = put(kernel, batch);
  const run = () => {
    exports.readRecordBatch(at, at + batch.length);
    for (let records = 0; records < TOTAL_RECORDS; records += perBatch) index(at + HEADER_BYTES, at + batch.length);
  };
  return { name: `index only, ${perBatch} a batch`, units: TOTAL_RECORDS, run, show: perRecord };
}

function setCase(name: string, perBatch: number, codec: number, pack: Pack): Case {
  const set = recordSet(values, { perBatch, codec, pack });
  const at = put(kernel, set);
  const run = () => {
    if (readSet(at, at + set.length) !== TOTAL_RECORDS) throw new Error(`${name}: records are missing`);
  };
  const share = `${perBatch} a batch, ${Math.round(set.length / TOTAL_RECORDS)} bytes a record stored`;
  return { name: `all, ${name}, ${share}`, units: TOTAL_RECORDS, run, show: perRecord };
}

const SCANNED = 3800;
const PATHS = ['id', 'time', 'page', 'country', 'campaign', 'price', 'bytes'].map((key) => [key]);

/** A scan in a kernel of its own: the templates of another would be tried first. `scan` is of SCANNED records. */
function scanCase(name: string, prepare: (own: Kernel) => () => void): Case {
  const scan = prepare(scanner({ paths: PATHS }));
  const run = () => {
    for (let all = 0; all < TOTAL_RECORDS; all += SCANNED) scan();
  };
  return { name, units: TOTAL_RECORDS, run, show: perRecord };
}

/** From columns to spans. The values lie apart, as they do in a batch. */
function readRecordsCase(write: (value: string) => string, name: string): Case {
  return scanCase(`columns to spans${name}`, (own) => {
    const batch = encodeBatch(batchOf(values.slice(0, SCANNED).map((value, offset) => recordOf(offset, write(value)))));
    const at = put(own, batch);
    const block = own.exports.allocate(CAPACITY * RECORD_COLUMNS_BYTES);
    own.exports.readRecordBatch(at, at + batch.length);
    own.exports.openRecords(at + HEADER_BYTES, at + batch.length);
    own.exports.indexRecords(block, CAPACITY, 0);
    return () => {
      for (let first = 0; first < SCANNED; first += BLOCK_ROWS) {
        own.exports.readRecords(block, CAPACITY, first, Math.min(BLOCK_ROWS, SCANNED - first));
      }
    };
  });
}

function readBlockCase(): Case {
  return scanCase('lines to spans', (own) => {
    const lines = Buffer.from(
      values
        .slice(0, SCANNED)
        .map((value) => `${value.trimEnd()}\n`)
        .join(''),
    );
    const start = put(own, lines);
    return () => {
      for (let at = start; at < start + lines.length; ) at = own.exports.readBlock(at, start + lines.length);
    };
  });
}

const indented = (value: string) => JSON.stringify(JSON.parse(value), null, 2);
const plain: Pack = (records) => records;
const cases = [
  ...[1000, 16_000, 1_000_000].map(crcCase),
  ...[38, 1000].map(indexCase),
  readBlockCase(),
  readRecordsCase((value) => value.trimEnd(), ''),
  readRecordsCase((value) => `${value.trimEnd()}\n`, ', an LF at the end'),
  readRecordsCase(indented, ', of several lines'),
  readRecordsCase((value) => value.trimEnd().replace(/,"bytes/, ',\n"bytes'), ', an LF late'),
  ...[38, 1000].flatMap((perBatch) => [
    setCase('uncompressed', perBatch, CODEC.none, plain),
    setCase('snappy of the Java client', perBatch, CODEC.snappy, xerialSnappy),
    setCase('snappy, raw', perBatch, CODEC.snappy, rawSnappy),
    setCase('lz4', perBatch, CODEC.lz4, (records) => lz4Frame(records, JAVA_LZ4)),
    setCase('lz4 with checksums', perBatch, CODEC.lz4, (records) =>
      lz4Frame(records, { ...JAVA_LZ4, blockChecksums: true, contentChecksum: true }),
    ),
    setCase('gzip', perBatch, CODEC.gzip, (records) => gzipSync(records)),
  ]),
].filter(({ name }) => name.includes(wanted));

const best = cases.map(() => Number.POSITIVE_INFINITY);
// In turns: the machine may be busy, but not for all rounds.
for (let round = 0; round < ROUNDS; round++) {
  for (const [number, { run, units }] of cases.entries()) {
    best[number] = Math.min(best[number] ?? 0, cpuNanoseconds(run) / units);
  }
}
for (const [number, { name, show }] of cases.entries()) console.log(`${show(best[number] ?? 0)}: ${name}`);
