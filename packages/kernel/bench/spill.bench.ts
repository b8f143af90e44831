// What going to disk and back costs, without the disk: `HOURMILL_TEST_KERNEL=... node packages/kernel/bench/spill.bench.ts`.
// CPU ns a row or key, the best of five rounds. Interleave runs of two kernels to compare them: machines drift.
import { type GroupEvent, type GroupShape, GroupWorker } from '../test/support/group-worker.ts';
import { put, testKernel } from '../test/support/test-kernel.ts';
import { measure, scatter } from './measure.ts';

const BATCH_ROWS = 8192;
const BATCHES = 32;
const PARTITIONS = 64;
const KEYS = 500_000;
const SECTION_KEYS = 140_000;
const GROUPS = 262_144;
/** Values of the second dimension: few, or so many that their dictionary fits no cache. */
const VALUES = [200, 200_000] as const;

/** Three dimensions, two columns and a key: one batch after another to frames, and back into a batch of another worker. */
function benchEvents(distinct: number): void {
  const [kernel, reader] = [testKernel(), testKernel()];
  for (const { exports } of [kernel, reader]) {
    exports.setBatchShape(3, 2, 1);
    exports.setDictionaries(3);
  }
  const { exports } = kernel;
  const codes = [50, distinct, 4].map((count, dimension) => {
    return Array.from({ length: count }, (_, value) => {
      const text = Buffer.from(`value ${scatter(value)}`);
      return exports.internValue(dimension, put(kernel, text), text.length);
    });
  });
  const batches = Array.from({ length: BATCHES }, (_, index) => {
    const batch = exports.allocate(exports.batchBytes());
    exports.openBatch(batch);
    for (let row = 0; row < BATCH_ROWS; row++) fillRow(batch, row, scatter(index * BATCH_ROWS + row));
    kernel.words[exports.candidatesAt(batch) / 4] = BATCH_ROWS;
    exports.advanceBatch(BATCH_ROWS);
    exports.routeBatch(batch, 2, 0);
    exports.deferAll(batch, 2);
    return batch;
  });
  function fillRow(batch: number, row: number, random: number): void {
    const { words, view } = kernel;
    words[exports.bucketAt(batch) / 4 + row] = random % 12;
    codes.forEach((all, dimension) => {
      words[exports.codeAt(batch, dimension) / 4 + row] = all[scatter(random + dimension) % all.length] ?? 0;
    });
    words[exports.candidateRowAt(batch) / 4 + row] = row;
    for (const word of [0, 1, 2, 3]) words[exports.fingerprintAt(batch) / 4 + 4 * row + word] = scatter(random ^ word);
    for (const column of [0, 1]) {
      view.setBigInt64(exports.valueAt(batch, column) + 8 * row, BigInt(random), true);
      view.setUint8(exports.validAt(batch, column) + row, 1);
    }
  }

  const rows = BATCHES * BATCH_ROWS;
  measure(`spread events, a dimension of ${distinct} values`, rows, () => {
    for (const batch of batches) exports.spreadEvents(batch, 2, PARTITIONS);
  });
  const frames: number[] = [];
  let framed = 0;
  for (const batch of batches) {
    exports.spreadEvents(batch, 2, 1);
    const at = exports.frameBuffer();
    frames.push(put(reader, kernel.bytes.slice(at, at + exports.frameBufferBytes())));
    framed += reader.exports.frameRows(frames.at(-1) ?? 0);
  }
  const batch = reader.exports.allocate(reader.exports.batchBytes());
  measure(`read events, a dimension of ${distinct} values`, framed, () => {
    for (const frame of frames) reader.exports.readEvents(frame, batch);
  });
}

/** Keys of kept records on their way to a sidecar, in sections of a usual size. */
function benchSections(): void {
  const kernel = testKernel();
  const { exports } = kernel;
  const [from, keys, scratch, counts] = [16, 16, 16, 1].map((bytes) => exports.allocate(bytes * SECTION_KEYS + 64));
  if (from === undefined || keys === undefined || scratch === undefined || counts === undefined) return;
  for (let word = 0; word < 4 * SECTION_KEYS; word++) kernel.words[from / 4 + word] = scatter(word);
  measure('sort keys', SECTION_KEYS, () => exports.sortKeys(keys, scratch, SECTION_KEYS, 0), {
    prepare: () => exports.moveBytes(keys, from, 16 * SECTION_KEYS),
  });
  measure('encode keys', SECTION_KEYS, () => {
    exports.encodeKeys(keys, SECTION_KEYS, 10, 0, 1024, 14, counts, scratch);
  });
  exports.moveBytes(keys, from, 16 * SECTION_KEYS);
  exports.decideSetup(0);
  measure('add known keys to a table that grows', SECTION_KEYS, () => exports.addKnownKeys(keys, SECTION_KEYS), {
    prepare: () => exports.decideSetup(0),
  });
  measure("find one's own among the keys of two owners", SECTION_KEYS, () => {
    exports.takeOwned(scratch, SECTION_KEYS, 2, 0);
  });
}

function benchKeys(): void {
  const kernel = testKernel();
  const { exports } = kernel;
  const fingerprints = exports.allocate(16 * BATCH_ROWS);
  const out = exports.allocate(2 * BATCH_ROWS);
  const fill = (first: number) => {
    for (let word = 0; word < 4 * BATCH_ROWS; word++) kernel.words[fingerprints / 4 + word] = scatter(4 * first + word);
  };
  const batches = Math.ceil(KEYS / BATCH_ROWS);
  exports.decideSetup(KEYS);
  for (let index = 0; index < batches; index++) {
    fill(index * BATCH_ROWS);
    exports.decide(fingerprints, BATCH_ROWS, out);
  }
  measure('dump keys', batches * BATCH_ROWS, () => {
    for (let from = exports.dumpKeys(0, PARTITIONS, 0); from > 0; from = exports.dumpKeys(from, PARTITIONS, 0));
  });
  const places = exports.allocate(4 * BATCH_ROWS);
  fill(0);
  const decideAll = () => {
    for (let index = 0; index < batches; index++) exports.decideEvents(fingerprints, BATCH_ROWS, 1, 1, 0, places);
  };
  measure('decide events of a partition, keys in the caches', batches * BATCH_ROWS, decideAll);
}

function benchGroups(distinct: number): void {
  const shape: GroupShape = { buckets: 60, dimensions: 3, metrics: ['doubleSum', 'longMax', 'doubleSum'] };
  const event = (i: number): GroupEvent => {
    const key = scatter(i);
    const values = [`pub-${key % 50}`, `c${(key >>> 8) % distinct}`, `device ${(key >>> 20) % 4}`].map((value) =>
      Buffer.from(value),
    );
    return { bucket: (key >>> 14) % 60, values, inputs: [key / 100, BigInt(key % 500), 1 / (1 + (key % 7))] };
  };
  const worker = new GroupWorker(shape);
  worker.add(Array.from({ length: GROUPS }, (_, i) => event(i)));
  const { exports } = worker.kernel;
  for (let dimension = 0; dimension < 3; dimension++) {
    exports.sealDictionary(dimension);
    exports.rankOwnValues(dimension);
  }
  exports.keyGroups();
  const count = exports.groupCount();
  const reader = new GroupWorker(shape);
  const frames: number[] = [];
  const writeAll = (take: () => void) => {
    for (let from = 0; from < count; from += BATCH_ROWS) {
      exports.writeGroupsFrame(from, Math.min(count, from + BATCH_ROWS));
      take();
    }
  };
  measure(`write ${count} groups, a dimension of ${distinct} values`, count, () => writeAll(() => {}));
  writeAll(() => {
    const at = exports.frameBuffer();
    frames.push(put(reader.kernel, worker.kernel.bytes.slice(at, at + exports.frameBufferBytes())));
  });
  const batch = reader.kernel.exports.allocate(reader.kernel.exports.batchBytes());
  const readAll = () => {
    for (const frame of frames)
      reader.kernel.exports.readGroups(frame, 0, reader.kernel.exports.frameRows(frame), batch);
  };
  measure(`read groups, a dimension of ${distinct} values`, count, readAll, {
    prepare: () => reader.empty(shape),
  });
}

for (const distinct of VALUES) benchEvents(distinct);
benchKeys();
benchSections();
for (const distinct of VALUES) benchGroups(distinct);
