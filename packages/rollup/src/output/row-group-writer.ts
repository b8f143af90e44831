import { HourmillError } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import { type ColumnInput, type Compression, type EncodedRowGroup, encodeRowGroup } from '@hourmill/parquet';
import type { MetricColumn, Program } from '@hourmill/pipeline';
import { checkLongSum } from '@hourmill/record';
import type { AccumulatorColumn } from '@hourmill/sidecar';
import { Scratch } from '../kernel/scratch.ts';
import type { RowPlan } from '../merge/row-plan.ts';
import type { NumberColumn } from '../rows/columns.ts';
import { GrowingSums } from '../sums/growing-sums.ts';
import { describeRow } from './describe-row.ts';
import { fillDoubleSum } from './fill-double-sum.ts';
import { fillDimension, fillTimes } from './fill-keys.ts';
import { fillMetric } from './fill-metric.ts';
import { type RowBuffer, rowBuffer } from './row-buffer.ts';
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
    this.#buffer = rowBuffer(kernel, rowGroupRows, dimensions.length, metrics.length);
    this.#sums = metrics.filter(isDoubleSum).map(() => new GrowingSums());
    this.totals = new Totals(kernel, metrics);
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
    const { buckets } = this.#buffer;
    const startMs = fillTimes(this.#kernel, plan, buckets, widthMs);
    return { kind: 'time', name: '__time', buckets, startMs, granularityMs: BigInt(widthMs) };
  }

  #dimension(plan: RowPlan, scratch: Scratch, index: number): ColumnInput {
    const { name, type, multiValue } = this.#program.dimensions[index] as Program['dimensions'][number];
    const ranks = this.#buffer.ranks[index] as number;
    const dictionary = fillDimension(this.#kernel, scratch, plan, index, ranks);
    return { kind: 'dictionary', name, type: multiValue === null ? type : 'stringList', ranks, dictionary };
  }

  #metric(plan: RowPlan, index: number): ColumnInput {
    const metric = this.#program.metrics[index] as MetricColumn;
    const { name, type } = metric;
    const out = { values: this.#buffer.values[index] as number, valid: this.#buffer.valids[index] as number };
    const overflow = (row: number, sum: bigint) => this.#longOverflow(plan, row, name, sum);
    const column = fillMetric(this.#kernel, plan, index, type, out, overflow);
    if (isDoubleSum(metric)) this.#doubleSum(plan, index, name, out);
    this.totals.add(metric, column, plan.rows);
    const valid = column.valid === 0 ? null : column.valid;
    return { kind: 'plain', name, type: type.startsWith('double') ? 'double' : 'long', values: column.values, valid };
  }

  #doubleSum(plan: RowPlan, index: number, name: string, out: NumberColumn): void {
    const sum = this.#program.metrics.slice(0, index).filter(isDoubleSum).length;
    const sums = this.#sums[sum] as GrowingSums;
    fillDoubleSum(this.#kernel, plan, sum, out, sums, (row) => this.#doubleOverflow(plan, row, name));
  }

  #longOverflow(plan: RowPlan, row: number, name: string, sum: bigint): never {
    checkLongSum(
      sum,
      () => `metric ${name} of group ${describeRow(this.#kernel, plan, row, this.#program.dimensions)}`,
    );
    throw new HourmillError('HM_ENGINE_001', `metric ${name} does not fit into 64 bits`);
  }

  #doubleOverflow(plan: RowPlan, row: number, name: string): never {
    const group = describeRow(this.#kernel, plan, row, this.#program.dimensions);
    throw new HourmillError('HM_ENGINE_002', `metric ${name} of group ${group} is beyond the range of a double`);
  }
}

export function isDoubleSum({ type }: MetricColumn): boolean {
  return type === 'doubleSum';
}
