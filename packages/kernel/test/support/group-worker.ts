import type { Kernel } from '@hourmill/kernel';
import { put, testKernel } from './test-kernel.ts';

/** As in `assembly/group-row.ts`. */
export const metricKinds = { longSum: 1, doubleSum: 2, longMin: 3, longMax: 4, doubleMin: 5, doubleMax: 6 } as const;
export type MetricKind = keyof typeof metricKinds;

export interface GroupShape {
  readonly buckets: number;
  readonly dimensions: number;
  /** Each metric reads the input column of its own number. */
  readonly metrics: readonly MetricKind[];
}

export interface GroupEvent {
  readonly bucket: number;
  /** By dimension, as they stand in dictionaries. */
  readonly values: readonly (Uint8Array | null)[];
  /** By metric. */
  readonly inputs: readonly (bigint | number | null)[];
}

const BATCH_ROWS = 8192;

/** One worker's dictionaries and groups: what a scan leaves behind. */
export class GroupWorker {
  readonly kernel: Kernel;
  readonly #codes: Map<string, number>[];
  readonly #batch: number;
  readonly #selection: number;

  constructor(shape: GroupShape) {
    this.kernel = testKernel();
    const { exports: kernel } = this.kernel;
    kernel.setBatchShape(shape.dimensions, shape.metrics.length, 0);
    kernel.setMetricColumns(shape.metrics.length);
    shape.metrics.forEach((kind, column) => {
      kernel.addMetric(metricKinds[kind], column);
    });
    kernel.setDictionaries(shape.dimensions);
    kernel.aggregateSetup(shape.buckets);
    this.#codes = Array.from({ length: shape.dimensions }, () => new Map<string, number>());
    this.#batch = kernel.allocate(kernel.batchBytes());
    this.#selection = kernel.allocate(4 * BATCH_ROWS);
  }

  add(events: readonly GroupEvent[]): void {
    for (let first = 0; first < events.length; first += BATCH_ROWS) {
      this.#addBatch(events.slice(first, first + BATCH_ROWS));
    }
  }

  /** Forgets all groups and dictionaries. */
  empty({ dimensions, buckets }: GroupShape): void {
    const { exports: kernel } = this.kernel;
    for (let dimension = 0; dimension < dimensions; dimension++) kernel.forgetSealed(dimension);
    kernel.aggregateRelease();
    kernel.emptyDictionaries();
    kernel.aggregateSetup(buckets);
    for (const codes of this.#codes) codes.clear();
  }

  #addBatch(events: readonly GroupEvent[]): void {
    const { exports: kernel } = this.kernel;
    const codes = events.map(({ values }) => values.map((value, dimension) => this.#codeOf(value, dimension)));
    kernel.openBatch(this.#batch);
    const { view } = this.kernel;
    let nulls = 0;
    events.forEach(({ bucket, inputs }, row) => {
      view.setUint32(this.#selection + 4 * row, row, true);
      view.setUint32(kernel.bucketAt(this.#batch) + 4 * row, bucket, true);
      codes[row]?.forEach((code, dimension) => {
        view.setUint32(kernel.codeAt(this.#batch, dimension) + 4 * row, code, true);
      });
      inputs.forEach((input, column) => {
        if (input === null) nulls++;
        const at = kernel.valueAt(this.#batch, column) + 8 * row;
        if (typeof input === 'number') view.setFloat64(at, input, true);
        else view.setBigInt64(at, input ?? 0n, true);
        view.setUint8(kernel.validAt(this.#batch, column) + row, input === null ? 0 : 1);
      });
    });
    view.setUint32(kernel.nullsAt(this.#batch), nulls, true);
    kernel.advanceBatch(events.length);
    kernel.aggregate(this.#batch, this.#selection, events.length);
  }

  #codeOf(value: Uint8Array | null, dimension: number): number {
    const codes = this.#codes[dimension];
    if (value === null || codes === undefined) return 0;
    const text = Buffer.from(value).toString('latin1');
    const known = codes.get(text);
    if (known !== undefined) return known;
    const at = put(this.kernel, value);
    const code = this.kernel.exports.internValue(dimension, at, value.length);
    this.kernel.exports.release(at, value.length + 256);
    codes.set(text, code);
    return code;
  }

  /** This worker's sorted dictionary block. */
  seal(dimension: number): Uint8Array {
    const { exports: kernel } = this.kernel;
    kernel.sealDictionary(dimension);
    const bytes = kernel.sortedDictionaryBytes(dimension);
    const at = kernel.allocate(bytes);
    kernel.writeSortedDictionary(dimension, at);
    const block = this.kernel.bytes.slice(at, at + bytes);
    kernel.release(at, bytes);
    return block;
  }

  /** Addresses, and where they stand as u32 each. */
  putAll(blocks: readonly Uint8Array[]): number {
    const addresses = blocks.map((block) => put(this.kernel, block));
    return put(this.kernel, new Uint8Array(Uint32Array.from(addresses).buffer));
  }

  /** The values of the united dictionary, by rank - 1. */
  united(dimension: number): Buffer[] {
    return blockValues(this.kernel.bytes.subarray(this.kernel.exports.unitedDictionary(dimension)));
  }
}

/** The values of a dictionary block: see `assembly/merge/dictionary-block.ts`. */
export function blockValues(block: Uint8Array): Buffer[] {
  const view = new DataView(block.buffer, block.byteOffset);
  const count = view.getUint32(0, true);
  const offsets = Array.from({ length: count + 1 }, (_, index) => view.getUint32(8 + 4 * index, true));
  if (offsets[count] !== view.getUint32(4, true)) throw new Error('the last offset is not the length');
  const values = 8 + 4 * (count + 1);
  return offsets
    .slice(0, -1)
    .map((offset, i) => Buffer.from(block.slice(values + offset, values + (offsets[i + 1] ?? 0))));
}

/** Seals and unites the dictionaries of all workers, and keys their groups. */
export function uniteWorkers(workers: readonly GroupWorker[], dimensions: number): void {
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const blocks = workers.map((worker) => worker.seal(dimension));
    workers.forEach((worker, own) => {
      worker.kernel.exports.uniteDictionaries(dimension, worker.putAll(blocks), blocks.length, own);
    });
  }
  for (const { kernel } of workers) kernel.exports.keyGroups();
}
