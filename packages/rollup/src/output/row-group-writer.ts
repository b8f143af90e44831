import { HourmillError } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import { type ColumnInput, type Compression, type EncodedRowGroup, encodeRowGroup } from '@hourmill/parquet';
import type { MetricColumn, Program } from '@hourmill/pipeline';
import { checkLongSum } from '@hourmill/record';
import type { AccumulatorColumn } from '@hourmill/sidecar';
import { Scratch } from '../kernel/scratch.ts';
import type { RowPlan } from '../merge/row-plan.ts';
import { GrowingSums } from '../sums/sum-column.ts';
import { describeRow } from './describe-row.ts';
import { fillDoubleSum } from './fill-double-sum.ts';
import { fillDimension, fillTimes } from './fill-keys.ts';
import { fillMetric } from './fill-metric.ts';
import { RowBuffer } from './row-buffer.ts';
import { Totals } from './totals.ts';

/** Makes planned rows to row groups, column by column, and keeps their exact sums until a part is full. */
export class RowGroupWriter {
  readonly #kernel: Kernel;
  readonly #program: Program;
  readonly #compression: Compression;
  readonly #buffer: RowBuffer;
  readonly #sums: readonly GrowingSums[];
  readonly totals: Totals;

  constructor(kernel: Kernel, program: Program, compression: Compression, rowGroupRows: number) {
    const { dimensions, metrics } = program;
    this.#kernel = kernel;
    this.#program = program;
    this.#compression = compression;
    this.#buffer = new RowBuffer(kernel, rowGroupRows, dimensions.length, metrics.length);
    this.#sums = metrics.filter(isDoubleSum).map(() => new GrowingSums());
    this.totals = new Totals(metrics);
  }

  /** @throws HM_ENGINE_001, HM_ENGINE_002 for sums out of range, HM_LEDGER_004 for rows that are out of order */
  write(plan: RowPlan): EncodedRowGroup {
    using scratch = new Scratch(this.#kernel);
    const { dimensions, metrics } = this.#program;
    const columns = [
      this.#time(plan),
      ...dimensions.map((_, index) => this.#dimension(plan, scratch, index)),
      ...metrics.map((_, index) => this.#metric(plan, index)),
    ];
    return encodeRowGroup(this.#kernel, columns, plan.rows, this.#compression);
  }

  /** Of the rows since the last call, by `doubleSum` metric. */
  takeSums(): readonly AccumulatorColumn[] {
    return this.#sums.map((sums) => sums.take());
  }

  #time(plan: RowPlan): ColumnInput {
    const widthMs = this.#program.queryGranularityMs;
    const startMs = fillTimes(plan, this.#buffer, widthMs);
    const { buckets } = this.#buffer;
    return { kind: 'time', name: '__time', buckets, startMs: BigInt(startMs), granularityMs: BigInt(widthMs) };
  }

  #dimension(plan: RowPlan, scratch: Scratch, index: number): ColumnInput {
    const { name, type, multiValue } = this.#program.dimensions[index] as Program['dimensions'][number];
    const dictionary = fillDimension(this.#kernel, scratch, plan, this.#buffer, index);
    const ranks = this.#buffer.ranks[index] as number;
    return { kind: 'dictionary', name, type: multiValue === null ? type : 'stringList', ranks, dictionary };
  }

  #metric(plan: RowPlan, index: number): ColumnInput {
    const { metrics } = this.#program;
    const metric = metrics[index] as MetricColumn;
    const { name, type } = metric;
    const valid = fillMetric(plan, this.#buffer, index, type, (row, sum) => this.#longOverflow(plan, row, name, sum));
    if (isDoubleSum(metric)) {
      const sum = metrics.slice(0, index).filter(isDoubleSum).length;
      const sums = this.#sums[sum] as GrowingSums;
      fillDoubleSum(plan, this.#buffer, index, sum, sums, (row) => this.#doubleOverflow(plan, row, name));
    }
    const values = this.#buffer.values[index] as number;
    const flags = valid === null ? null : this.#buffer.bytes(valid, plan.rows);
    this.totals.add(metric, this.#buffer.words(values, 2 * plan.rows), flags);
    return { kind: 'plain', name, type: type.startsWith('double') ? 'double' : 'long', values, valid };
  }

  #longOverflow(plan: RowPlan, row: number, name: string, sum: bigint): never {
    checkLongSum(sum, () => `metric ${name} of group ${describeRow(plan, row, this.#program.dimensions)}`);
    throw new HourmillError('HM_ENGINE_001', `metric ${name} does not fit into 64 bits`);
  }

  #doubleOverflow(plan: RowPlan, row: number, name: string): never {
    const group = describeRow(plan, row, this.#program.dimensions);
    throw new HourmillError('HM_ENGINE_002', `metric ${name} of group ${group} is beyond the range of a double`);
  }
}

export function isDoubleSum({ type }: MetricColumn): boolean {
  return type === 'doubleSum';
}
