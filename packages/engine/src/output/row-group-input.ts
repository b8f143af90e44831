import type { TimeChunk } from '@hourmill/core';
import { type Kernel, SLACK_BYTES } from '@hourmill/kernel';
import type { ColumnInput } from '@hourmill/parquet';
import type { Program } from '@hourmill/pipeline';
import { ChunkColumns } from '../merge/chunk-columns.ts';
import { ROW_GROUP_ROWS } from '../options.ts';
import { metricsOf } from '../program/fields.ts';
import { type TimeBuckets, timeBuckets } from '../program/time-buckets.ts';
import type { ChunkSlice } from '../worker/stage.ts';

/** Gathers the rows of a row group from chunks of finished rows into the kernel, as the columns of the parts. */
export class RowGroupInput {
  readonly #kernel: Kernel;
  readonly #program: Program;
  readonly #buckets: TimeBuckets;
  /** The same layout as that of a chunk with ROW_GROUP_ROWS rows, in the kernel. */
  readonly #columns: ChunkColumns;
  readonly #at: number;

  constructor(kernel: Kernel, program: Program, chunk: TimeChunk) {
    this.#kernel = kernel;
    this.#program = program;
    this.#buckets = timeBuckets(chunk, program.queryGranularityMs);
    this.#columns = new ChunkColumns(ROW_GROUP_ROWS, program.dimensions.length, metricsOf(program).length);
    this.#at = kernel.exports.allocate(this.#columns.bytes + SLACK_BYTES);
  }

  fill(slices: readonly ChunkSlice[]): { columns: ColumnInput[]; rows: number } {
    let rows = 0;
    for (const slice of slices) {
      this.#copy(slice, rows);
      rows += slice.to - slice.from;
    }
    return { columns: this.#inputs(), rows };
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

  /** `__time`, the dimensions, the metrics, each in the definition's order. */
  #inputs(): ColumnInput[] {
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
          dictionary: this.#kernel.exports.unitedDictionary(dimension),
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
