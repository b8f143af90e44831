import { HourmillError } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import { ROW_GROUP_ROWS } from '@hourmill/parquet';
import { metricsOf } from '../program/fields.ts';
import { timeBuckets } from '../program/time-buckets.ts';
import { copySums, doubleSumsOf } from '../sidecars/chunk-sums.ts';
import type { Pace } from '../worker/pace.ts';
import type { WorkerSetup } from '../worker/setup.ts';
import type { KeySample, Merged, MergedChunk, SharedDictionaries, SharedRun } from '../worker/stage.ts';
import { ChunkColumns } from './chunk-columns.ts';
import { describeGroup } from './describe-group.ts';
import { blockOf } from './shared-dictionaries.ts';

const SAMPLED_KEYS = 512;

/** Memory of the kernel. */
interface Block {
  readonly at: number;
  readonly bytes: number;
}

/** One worker's share of the merge: from its dictionaries and its groups to finished rows of its key range. */
export class MergeWork {
  readonly #kernel: Kernel;
  readonly #setup: WorkerSetup;
  readonly #pace: Pace;
  /** Of its own key range: it stays in the kernel. */
  #ownRun: Block = { at: 0, bytes: 0 };
  /** Dictionary blocks that are united dictionaries themselves, because this worker is alone. */
  #aloneBlocks: Block[] = [];
  /** Of shared memory that was made since the last {@link mergeOwn}. */
  #sharedBytes = 0;

  constructor(kernel: Kernel, setup: WorkerSetup, pace: Pace) {
    this.#kernel = kernel;
    this.#setup = setup;
    this.#pace = pace;
  }

  async seal(): Promise<SharedDictionaries> {
    const { exports } = this.#kernel;
    const sizes: number[] = [];
    for (const dimension of this.#dimensions.keys()) {
      exports.sealDictionary(dimension);
      sizes.push(exports.sortedDictionaryBytes(dimension));
      await this.#pace.turn();
    }
    const starts = [0];
    for (const size of sizes) starts.push((starts.at(-1) ?? 0) + size);
    const buffer = this.#shared(starts.at(-1) ?? 0);
    const shared = new Uint8Array(buffer);
    sizes.forEach((size, dimension) => {
      const at = exports.allocate(size);
      exports.writeSortedDictionary(dimension, at);
      shared.set(this.#kernel.bytes.subarray(at, at + size), starts[dimension]);
      exports.release(at, size);
    });
    return { buffer, starts };
  }

  async unite(all: readonly SharedDictionaries[]): Promise<KeySample> {
    const { exports } = this.#kernel;
    const pointers = exports.allocate(4 * all.length);
    for (const dimension of this.#dimensions.keys()) {
      const blocks = all.map((dictionaries) => this.#copyIn(blockOf(dictionaries, dimension)));
      this.#kernel.words.set(
        blocks.map(({ at }) => at),
        pointers / 4,
      );
      exports.uniteDictionaries(dimension, pointers, all.length, this.#setup.me);
      if (all.length > 1) for (const { at, bytes } of blocks) exports.release(at, bytes);
      else this.#aloneBlocks.push(...blocks);
      await this.#pace.turn();
    }
    exports.keyGroups();
    return this.#sample();
  }

  /**
   * Finished rows of this worker's groups alone, with dictionaries of their own. The groups are gone then; so is what an earlier call
   * returned, as far as the memory limit knows.
   * @throws HM_ENGINE_001, HM_ENGINE_002
   */
  async mergeOwn(): Promise<Merged> {
    const { exports } = this.#kernel;
    exports.count(-this.#sharedBytes);
    this.#sharedBytes = 0;
    const dictionaries = await this.seal();
    await this.unite([dictionaries]);
    this.#ownRun = this.#run(0, exports.groupCount());
    exports.releaseKeyedGroups();
    exports.aggregateRelease();
    const merged = await this.merge([null]);
    for (const { at, bytes } of this.#aloneBlocks.splice(0)) exports.release(at, bytes);
    return { ...merged, chunks: merged.chunks.map((chunk) => ({ ...chunk, dictionaries })) };
  }

  share(cuts: BigUint64Array): (SharedRun | null)[] {
    const { exports } = this.#kernel;
    const keyWords = this.#keyWords;
    const key = exports.allocate(8 * keyWords);
    const bounds = Array.from({ length: this.#setup.workers - 1 }, (_, cut) => {
      const words = cuts.subarray(keyWords * cut, keyWords * (cut + 1));
      words.forEach((word, index) => {
        this.#kernel.view.setBigUint64(key + 8 * index, word, true);
      });
      return exports.lowerBound(key);
    });
    const starts = [0, ...bounds, exports.groupCount()];
    const runs = starts.slice(1).map((to, index) => {
      const run = this.#run(starts[index] ?? 0, to);
      if (index !== this.#setup.me) return this.#copyOutRun(run);
      this.#ownRun = run;
      return null;
    });
    exports.release(key, 8 * keyWords);
    exports.releaseKeyedGroups();
    exports.aggregateRelease();
    return runs;
  }

  async merge(runs: readonly (SharedRun | null)[]): Promise<Merged> {
    const { exports } = this.#kernel;
    const inputs = runs.map((run) => (run === null ? this.#ownRun : this.#copyIn(new Uint8Array(run))));
    const pointers = exports.allocate(4 * runs.length);
    this.#kernel.words.set(
      inputs.map(({ at }) => at),
      pointers / 4,
    );
    exports.keepSums(this.#keepsSums ? 1 : 0);
    exports.openMerge(pointers, runs.length, ROW_GROUP_ROWS);
    const chunks: MergedChunk[] = [];
    let rows = 0;
    for (let merged = this.#next(); merged > 0; merged = this.#next()) {
      const chunk = this.#copyOut(merged);
      chunks.push(chunk);
      rows += merged;
      await this.#pace.turn();
    }
    for (const { at, bytes } of inputs) exports.release(at, bytes);
    return { chunks, rows, totals: this.#totals(rows) };
  }

  get #program() {
    return this.#setup.options.program;
  }

  get #keepsSums(): boolean {
    return this.#setup.sidecars.accumulators;
  }

  get #dimensions() {
    return this.#program.dimensions;
  }

  get #keyWords(): number {
    return this.#kernel.words[this.#kernel.exports.globalKeyLayout() / 4] ?? 1;
  }

  #sample(): KeySample {
    const { exports } = this.#kernel;
    const keyWords = this.#keyWords;
    const bytes = 8 * keyWords * SAMPLED_KEYS;
    const at = exports.allocate(bytes);
    const count = exports.sampleKeys(at, SAMPLED_KEYS);
    const keys = new BigUint64Array(this.#kernel.bytes.slice(at, at + 8 * keyWords * count).buffer);
    exports.release(at, bytes);
    return { groups: exports.groupCount(), keyWords, keys };
  }

  /** Sorted groups as a run in the kernel. */
  #run(from: number, to: number): Block {
    const { exports } = this.#kernel;
    const bytes = exports.groupsBytes(from, to);
    const at = exports.allocate(bytes);
    exports.writeGroups(from, to, at);
    return { at, bytes };
  }

  #copyOutRun({ at, bytes }: Block): SharedRun {
    const run = this.#shared(bytes);
    new Uint8Array(run).set(this.#kernel.bytes.subarray(at, at + bytes));
    this.#kernel.exports.release(at, bytes);
    return run;
  }

  /** Memory that other workers read: counted, although it is outside of the kernel's. */
  #shared(bytes: number): SharedArrayBuffer {
    this.#kernel.exports.count(bytes);
    this.#sharedBytes += bytes;
    return new SharedArrayBuffer(bytes);
  }

  #copyIn(shared: Uint8Array): Block {
    const bytes = Math.max(8, shared.length);
    const at = this.#kernel.exports.allocate(bytes);
    this.#kernel.bytes.set(shared, at);
    return { at, bytes };
  }

  /** @throws HM_ENGINE_001, HM_ENGINE_002 */
  #next(): number {
    const { exports } = this.#kernel;
    const rows = exports.mergeNext(ROW_GROUP_ROWS);
    const fault = exports.mergeFault();
    if (fault === 0) return rows;
    const name = metricsOf(this.#program)[exports.mergeFaultMetric()]?.name;
    const buckets = timeBuckets(this.#setup.plan.chunk, this.#program.queryGranularityMs);
    const group = describeGroup(this.#kernel, this.#dimensions, buckets, exports.mergeFaultRow());
    const sum = this.#longAt(exports.mergeFaultSum());
    throw fault === 1
      ? new HourmillError(
          'HM_ENGINE_001',
          `metric ${name} of group ${group} is ${sum}, which does not fit into 64 bits`,
        )
      : new HourmillError('HM_ENGINE_002', `metric ${name} of group ${group} is beyond the range of a double`);
  }

  /** Copies finished rows out of the kernel. */
  #copyOut(rows: number): MergedChunk {
    const { exports, bytes } = this.#kernel;
    const metrics = metricsOf(this.#program);
    const columns = new ChunkColumns(rows, this.#dimensions.length, metrics.length);
    const buffer = this.#shared(columns.bytes);
    const out = new Uint8Array(buffer);
    const copy = (from: number, length: number, to: number) => out.set(bytes.subarray(from, from + length), to);
    copy(exports.mergedEvents(), 8 * rows, columns.events);
    copy(exports.mergedBucket(), 4 * rows, columns.bucket);
    this.#dimensions.forEach((_, dimension) => {
      copy(exports.mergedRank(dimension), 4 * rows, columns.rank(dimension));
    });
    metrics.forEach((_, metric) => {
      copy(exports.mergedValue(metric), 8 * rows, columns.value(metric));
      copy(exports.mergedValid(metric), rows, columns.valid(metric));
    });
    const sums = this.#keepsSums
      ? copySums(this.#kernel, doubleSumsOf(this.#program), rows, (size) => this.#shared(size))
      : null;
    return { buffer, rows, dictionaries: null, sums };
  }

  #totals(rows: number): (bigint | null)[] {
    const metrics = metricsOf(this.#program).map(({ type }, metric) => {
      const hasValues = this.#kernel.exports.mergedNulls(metric) < rows;
      return type === 'longSum' && hasValues ? this.#total(metric) : null;
    });
    return [this.#total(-1), ...metrics];
  }

  #total(metric: number): bigint {
    return this.#longAt(this.#kernel.exports.mergedTotal(metric));
  }

  /** An i128, low word first. */
  #longAt(at: number): bigint {
    const { view } = this.#kernel;
    return (view.getBigInt64(at + 8, true) << 64n) + view.getBigUint64(at, true);
  }
}
