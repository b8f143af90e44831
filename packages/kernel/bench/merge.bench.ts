// What the tail costs: `HOURMILL_TEST_KERNEL=... node packages/kernel/bench/merge.bench.ts [values]`. CPU ns a value or row, the best of
// five rounds. Interleave runs of two kernels to compare them: machines drift.
import { type GroupEvent, type GroupShape, GroupWorker, uniteWorkers } from '../test/support/group-worker.ts';
import { runOf } from '../test/support/merge-workers.ts';
import { put } from '../test/support/test-kernel.ts';
import { measure, scatter } from './measure.ts';

const VALUES = Number(process.argv[2] ?? 500_000);
const GROUPS = 71_635;

function benchDictionaries(name: string, text: (i: number) => string): void {
  const shape: GroupShape = { buckets: 1, dimensions: 1, metrics: [] };
  const workers = [0, 1].map((own) => {
    const worker = new GroupWorker(shape);
    const { exports: kernel } = worker.kernel;
    const at = kernel.allocate(512);
    for (let i = 0; i < VALUES; i++) {
      const value = Buffer.from(text(scatter(i + (own * VALUES) / 2)));
      worker.kernel.bytes.set(value, at);
      kernel.internValue(0, at, value.length);
    }
    return worker;
  });
  const [worker, other] = workers;
  if (worker === undefined || other === undefined) return;
  const { exports: kernel } = worker.kernel;
  measure(`seal, ${VALUES} ${name}`, VALUES, () => kernel.sealDictionary(0));
  const out = kernel.allocate(kernel.sortedDictionaryBytes(0));
  measure(`write, ${VALUES} ${name}`, VALUES, () => kernel.writeSortedDictionary(0, out));
  const blocks = worker.putAll([worker.seal(0), other.seal(0)]);
  measure(`unite, 2 x ${VALUES} ${name}, half in both`, 2 * VALUES, () => kernel.uniteDictionaries(0, blocks, 2, 0));
}

function benchGroups(): void {
  const shape: GroupShape = {
    buckets: 60,
    dimensions: 3,
    metrics: ['doubleSum', 'longMax', 'doubleSum'],
  };
  const event = (i: number): GroupEvent => {
    const key = scatter(i);
    const values = [`pub-${key % 50}`, `c${(key >>> 8) % 60}`, `device ${(key >>> 20) % 4}`].map((value) =>
      Buffer.from(value),
    );
    return { bucket: (key >>> 14) % 60, values, inputs: [key / 100, BigInt(key % 500), 1 / (1 + (key % 7))] };
  };
  const workers = [0, 1].map((own) => {
    const worker = new GroupWorker(shape);
    worker.add(Array.from({ length: GROUPS }, (_, i) => event(i + own * 3000)));
    return worker;
  });
  uniteWorkers(workers, 3);
  const [worker, other] = workers;
  if (worker === undefined || other === undefined) return;
  const { exports: kernel } = worker.kernel;
  const count = kernel.groupCount();
  measure(`key ${count} groups`, count, () => kernel.keyGroups());
  const out = kernel.allocate(kernel.groupsBytes(0, count));
  measure(`write ${count} groups of ${kernel.rowBytes(1)} bytes`, count, () => kernel.writeGroups(0, count, out));
  const runs = [runOf(worker, 0, count), runOf(other, 0, other.kernel.exports.groupCount())];
  const addresses = runs.map((run) => put(worker.kernel, run));
  const list = put(worker.kernel, new Uint8Array(Uint32Array.from(addresses).buffer));
  for (const [n, keep] of [
    [1, 0],
    [2, 0],
    [2, 1],
  ] as const) {
    kernel.keepSums(keep);
    let rows = 0;
    const restore = () => {
      for (const [index, run] of runs.entries()) worker.kernel.bytes.set(run, addresses[index]);
    };
    const run = () => {
      rows = 0;
      kernel.openMerge(list, n, 65_536);
      for (let next = kernel.mergeNext(65_536); next > 0; next = kernel.mergeNext(65_536)) rows += next;
    };
    measure(`merge ${n} x ${count} rows${keep ? ', and keep the states of two sums' : ''}`, n * count, run, {
      prepare: restore,
    });
    console.log(`  ${rows} rows merged`);
  }
}

benchGroups();
benchDictionaries('ids of 16 hex digits', (i) => i.toString(16).padStart(16, '0'));
benchDictionaries('URLs', (i) => `https://example.com/articles/${i}`);
benchDictionaries('short words', (i) => i.toString(36));
