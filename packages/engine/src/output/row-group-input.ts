import type { TimeChunk } from '@hourmill/core';
import { type Kernel, SLACK_BYTES } from '@hourmill/kernel';
import { type ColumnInput, ROW_GROUP_ROWS } from '@hourmill/parquet';
import type { Program } from '@hourmill/pipeline';
import { ChunkColumns } from '../merge/chunk-columns.ts';
import { metricsOf } from '../program/fields.ts';
import { type TimeBuckets, timeBuckets } from '../program/time-buckets.ts';
import type { ChunkSlice } from '../worker/stage.ts';
import { RowGroupDictionaries, type RowGroupDictionary } from './row-group-dictionaries.ts';

/** Gathers the rows of a row group from chunks of finished rows into the kernel, as the columns of the parts. */
export class RowGroupInput {
  readonly #kernel: Kernel;
  readonly #program: Program;
  readonly #buckets: TimeBuckets;
  /** The same layout as that of a chunk with ROW_GROUP_ROWS rows, in the kernel. */
  readonly #columns: ChunkColumns;
  readonly #dictionaries: RowGroupDictionaries;
  readonly #at: number;

  constructor(kernel: Kernel, program: Program, chunk: TimeChunk) {
    this.#kernel = kernel;
    this.#program = program;
    this.#buckets = timeBuckets(chunk, program.queryGranularityMs);
    this.#dictionaries = new RowGroupDictionaries(kernel);
    this.#columns = new ChunkColumns(ROW_GROUP_ROWS, program.dimensions.length, metricsOf(program).length);
    this.#at = kernel.exports.allocate(this.#columns.bytes + SLACK_BYTES);
  }

  fill(slices: readonly ChunkSlice[]): { columns: ColumnInput[]; rows: number } {
    this.#dictionaries.clear();
    const dictionaries = this.#program.dimensions.map((_, index) => this.#dictionaries.unite(index, slices));
    let rows = 0;
    slices.forEach((slice, index) => {
      this.#copy(slice, rows);
      dictionaries.forEach(({ ranks }, dimension) => {
        const table = ranks[index] ?? null;
        if (table !== null) this.#translate(dimension, table, rows, rows + slice.to - slice.from);
      });
      rows += slice.to - slice.from;
    });
    return { columns: this.#inputs(dictionaries), rows };
  }

  #copy({ chunk, from, to }: ChunkSlice, row: number): void {
    const { dimensions } = this.#program;
    const metrics = metricsOf(this.#program);
    const source = new ChunkColumns(chunk.rows, dimensions.length, metrics.length);
    const bytes = new Uint8Array(chunk.buffer);
    const copy = (width: number, column: number, target: number): void => {
      const values = bytes.subarray(column + width * from, column + width * to);
      this.#kernel.bytes.set(values, this.#at + target + width * row);
    };
    copy(8, source.events, this.#columns.events);
    copy(4, source.bucket, this.#columns.bucket);
    dimensions.forEach((_, dimension) => {
      copy(4, source.rank(dimension), this.#columns.rank(dimension));
    });
    metrics.forEach((_, metric) => {
      copy(8, source.value(metric), this.#columns.value(metric));
      copy(1, source.valid(metric), this.#columns.valid(metric));
    });
  }

  /** Ranks of rows [from, to) by this table. */
  #translate(dimension: number, table: number, from: number, to: number): void {
    const { words } = this.#kernel;
    const column = (this.#at + this.#columns.rank(dimension)) / 4;
    const ranks = table / 4 - 1;
    for (let at = column + from; at < column + to; at++) {
      const rank = words[at] as number;
      if (rank !== 0) words[at] = words[ranks + rank] as number;
    }
  }

  /** `__time`, the dimensions, the metrics, each in the definition's order. */
  #inputs(dictionaries: readonly RowGroupDictionary[]): ColumnInput[] {
    const { dimensions, metrics } = this.#program;
    const { startMs, widthMs } = this.#buckets;
    const fieldMetrics = metricsOf(this.#program);
    const at = (offset: number): number => this.#at + offset;
    return [
      {
        kind: 'time',
        name: '__time',
        buckets: at(this.#columns.bucket),
        startMs: BigInt(startMs),
        granularityMs: BigInt(widthMs),
      },
      ...dimensions.map(({ name, type, multiValue }, dimension): ColumnInput => {
        return {
          kind: 'dictionary',
          name,
          type: multiValue === null ? type : 'stringList',
          ranks: at(this.#columns.rank(dimension)),
          dictionary: dictionaries[dimension]?.block ?? 0,
        };
      }),
      ...metrics.map((metric): ColumnInput => {
        const { name } = metric;
        if (metric.type === 'count') {
          return { kind: 'plain', name, type: 'long', values: at(this.#columns.events), valid: null };
        }
        const index = fieldMetrics.indexOf(metric);
        return {
          kind: 'plain',
          name,
          type: metric.type.startsWith('double') ? 'double' : 'long',
          values: at(this.#columns.value(index)),
          valid: at(this.#columns.valid(index)),
        };
      }),
    ];
  }
}
