// What dictionaries, routing, deciding and aggregating cost: `node packages/kernel/bench/aggregate.bench.ts [part of a name]`, with the
// kernel that HOURMILL_TEST_KERNEL names or the built one. CPU ns a row, the best of some rounds. Interleave runs of two
// kernels to compare them: machines drift.
import { testKernel } from '../test/support/test-kernel.ts';
import { cpuNanoseconds, measure } from './measure.ts';

const BLOCK_ROWS = 128;
const BATCH_ROWS = 8192;
const STRING = 1;
const LIST = 7;
const wanted = process.argv[2] ?? '';

let state = 12345;
function random(below: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

function benchDictionary(
  name: string,
  distinct: number,
  textOf: (n: number) => string,
  blocks = 400,
  kind = STRING,
): void {
  if (!name.includes(wanted)) return;
  const kernel = testKernel({ listCode: (_dimension, _kind, at, length) => kernel.exports.internValue(0, at, length) });
  const { exports } = kernel;
  exports.setFields(blocks);
  exports.setDictionaries(1);
  exports.setBatchShape(1, 0, 0);
  exports.openBatch(exports.allocate(exports.batchBytes()));
  const values = Array.from({ length: distinct }, (_, n) => Buffer.from(textOf(n)));
  const longest = values.reduce((most, value) => Math.max(most, value.length), 0) + 8;
  let next = exports.allocate(blocks * BLOCK_ROWS * longest + 256);
  const { bytes, view } = kernel;
  exports.setBlockRows(BLOCK_ROWS);
  bytes.fill(0, exports.flagsAt(), exports.flagsAt() + BLOCK_ROWS);
  for (let block = 0; block < blocks; block++) {
    for (let row = 0; row < BLOCK_ROWS; row++) {
      const value = values[random(distinct)] ?? Buffer.alloc(0);
      bytes.set(value, next);
      view.setUint32(exports.spanAtOf(block) + 4 * row, next, true);
      view.setUint32(exports.spanOfOf(block) + 4 * row, ((kind << 28) | value.length) >>> 0, true);
      next += longest;
    }
  }
  // All blocks once, so that what is measured is a lookup and not an insertion.
  const scratch = exports.allocate(1024);
  for (const value of values) {
    kernel.bytes.set(value, scratch);
    exports.internValue(0, scratch, value.length);
  }
  const encode = () => {
    for (let block = 0; block < blocks; block++) {
      if (kind === LIST) exports.encodeList(block, 0);
      else exports.encodeString(block, 0);
    }
  };
  encode();
  measure(name, blocks * BLOCK_ROWS, encode, { rounds: 10 });
}

benchDictionary('dictionary: 12 short strings', 12, (n) => `country${n}`);
benchDictionary('dictionary: 200 short strings', 200, (n) => `pub-${n}`);
benchDictionary('dictionary: 3,000 short strings', 3000, (n) => `cmp-${n}`);
benchDictionary('dictionary: 15,000 short strings', 15_000, (n) => `cmp-${n}`);
benchDictionary('dictionary: 200 strings of 36 bytes', 200, (n) => `a campaign with a longer name ${100000 + n}`);
benchDictionary('dictionary: 17,000 short strings', 17_000, (n) => `cmp-${n}`);
benchDictionary('dictionary: 200,000 short strings', 200_000, (n) => `user${n}`, 2000);
benchDictionary('dictionary: 1,000,000 short strings', 1_000_000, (n) => `user${n}`, 4000);
benchDictionary('dictionary: 300 lists', 300, (n) => JSON.stringify([`tag${n}`, 'sports', 'news']), 400, LIST);

function benchInsertion(name: string, distinct: number): void {
  if (!name.includes(wanted)) return;
  const kernel = testKernel();
  const { exports } = kernel;
  exports.setDictionaries(1);
  const at = exports.allocate(64 + 256);
  kernel.bytes.fill(120, at, at + 64);
  const insert = () => {
    const { view } = kernel;
    for (let n = 0; n < distinct; n++) {
      if (view.buffer.byteLength === 0) return;
      view.setUint32(at, n, true);
      exports.internValue(0, at, 12);
    }
  };
  exports.reserve(1 << 29);
  measure(name, distinct, insert, { rounds: 1 });
  console.log(`  holds ${(exports.dictionaryBytes() / distinct).toFixed(0)} bytes a value`);
}

benchInsertion('dictionary: 2,000,000 new values from the host', 2_000_000);

function benchRoute(owners: number): void {
  const name = `route: a batch to ${owners} owners`;
  if (!name.includes(wanted)) return;
  const { exports, batches } = scannedBatches(8, 1);
  const run = () => {
    for (let turn = 0; turn < 20; turn++) for (const batch of batches) exports.routeBatch(batch, owners, 0);
  };
  run();
  measure(name, 20 * batches.length * BATCH_ROWS, run);
}

benchRoute(1);
benchRoute(2);
benchRoute(8);

function benchDecide(name: string, keys: number, rows: number, expected: number): void {
  if (!name.includes(wanted)) return;
  const kernel = testKernel();
  const { exports } = kernel;
  exports.reserve(16 * rows + 64 * keys);
  const fingerprints = exports.allocate(16 * rows);
  const keep = exports.allocate(rows);
  const words = new Uint32Array(kernel.bytes.buffer, fingerprints, 4 * rows);
  for (let at = 0; at < 4 * keys; at++) words[at] = Math.random() * 2 ** 32;
  for (let row = keys; row < rows; row++) {
    const first = 4 * Math.floor(Math.random() * keys);
    words.copyWithin(4 * row, first, first + 4);
  }
  for (let round = 0; round < 3; round++) {
    const setupNs = cpuNanoseconds(() => exports.decideSetup(expected));
    let kept = 0;
    measure(
      `${name} (setup ${(setupNs / 1e6).toFixed(0)} ms)`,
      rows,
      () => {
        for (let row = 0; row < rows; row += BATCH_ROWS) {
          kept += exports.decide(fingerprints + 16 * row, Math.min(BATCH_ROWS, rows - row), keep);
        }
      },
      { rounds: 1 },
    );
    if (kept !== keys) throw new Error(`${kept} kept of ${keys}`);
  }
}

benchDecide('decide: 2,000,000 rows of 1,800,000 keys', 1_800_000, 2_000_000, 1_800_000);
benchDecide('decide: 1,000,000 rows of 900,000 keys, nothing expected', 900_000, 1_000_000, 0);

/** Batches whose rows are all candidates. */
function scannedBatches(count: number, metrics: number) {
  const kernel = testKernel();
  const { exports } = kernel;
  exports.reserve(1 << 28);
  exports.setBatchShape(3, metrics, 1);
  exports.setMetricColumns(metrics);
  const batches = Array.from({ length: count }, () => exports.allocate(exports.batchBytes()));
  const { bytes, view } = kernel;
  for (const batch of batches) {
    exports.openBatch(batch);
    exports.setBlockRows(BLOCK_ROWS);
    bytes.fill(0, exports.flagsAt(), exports.flagsAt() + BLOCK_ROWS);
    for (let row = 0; row < BATCH_ROWS; row += BLOCK_ROWS) {
      exports.routeBlock();
      exports.advanceBatch(BLOCK_ROWS);
    }
    for (let at = 0; at < 16 * BATCH_ROWS; at += 4)
      view.setUint32(exports.fingerprintAt(batch) + at, random(2 ** 32), true);
  }
  return { kernel, exports, batches };
}

const METRICS = { longSum: 1, doubleSum: 2, longMin: 3, longMax: 4, doubleMin: 5, doubleMax: 6 };

function benchAggregate(name: string, groups: number, metrics: readonly (keyof typeof METRICS)[], nulls = 0): void {
  if (!name.includes(wanted)) return;
  const { kernel, exports, batches } = scannedBatches(32, metrics.length);
  metrics.forEach((kind, column) => {
    exports.addMetric(METRICS[kind], column);
  });
  exports.setDictionaries(3);
  const { bytes, view } = kernel;
  const selection = exports.allocate(4 * BATCH_ROWS);
  for (let row = 0; row < BATCH_ROWS; row++) view.setUint32(selection + 4 * row, row, true);
  for (const batch of batches) {
    view.setUint32(exports.nullsAt(batch), nulls, true);
    for (let row = 0; row < BATCH_ROWS; row++) {
      const group = random(groups);
      view.setUint32(exports.bucketAt(batch) + 4 * row, group % 12, true);
      view.setUint32(exports.codeAt(batch, 0) + 4 * row, 1 + (Math.floor(group / 12) % 200), true);
      view.setUint32(exports.codeAt(batch, 1) + 4 * row, 1 + (Math.floor(group / 2400) % 8), true);
      view.setUint32(exports.codeAt(batch, 2) + 4 * row, 1 + Math.floor(group / 19200), true);
      metrics.forEach((kind, column) => {
        const at = exports.valueAt(batch, column) + 8 * row;
        if (kind.startsWith('long')) view.setBigInt64(at, BigInt(random(300)), true);
        else view.setFloat64(at, random(80_000) / 10_000, true);
        bytes[exports.validAt(batch, column) + row] = nulls === 0 || random(10) > 0 ? 1 : 0;
      });
    }
  }
  exports.aggregateSetup(12);
  const run = () => {
    for (const batch of batches) exports.aggregate(batch, selection, BATCH_ROWS);
  };
  run();
  run();
  measure(name, batches.length * BATCH_ROWS, run, { rounds: 8 });
}

const usual = ['doubleSum', 'doubleSum', 'longSum', 'longMax', 'doubleMin'] as const;
benchAggregate('aggregate: 143,270 groups, no metric', 143_270, []);
benchAggregate('aggregate: 143,270 groups, 5 metrics', 143_270, usual);
benchAggregate('aggregate: 143,270 groups, 5 metrics with nulls', 143_270, usual, 1);
benchAggregate('aggregate: 5,000 groups, no metric', 5000, []);
for (const kind of ['doubleSum', 'longSum', 'longMax', 'doubleMin'] as const) {
  benchAggregate(`aggregate: 5,000 groups, one ${kind}`, 5000, [kind]);
}
