import { HourmillError, type TimeChunk } from '@hourmill/core';
import { FLAG, type Kernel, KIND, SLACK_BYTES } from '@hourmill/kernel';
import type { DimensionColumn, Program } from '@hourmill/pipeline';
import {
  createJudge,
  JsonError,
  JsonNumber,
  type JsonValue,
  type Judgement,
  orderedDouble,
  orderedList,
  orderedLong,
  parseJson,
  type RecordBytes,
  Reject,
  type Row,
  readMultiValue,
} from '@hourmill/record';
import { MAX_KERNEL_BYTES } from '../plan/budget.ts';
import type { Fields } from '../program/fields.ts';
import { metricsOf } from '../program/fields.ts';
import { type TimeBuckets, timeBuckets } from '../program/time-buckets.ts';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Judges the records that the kernel hands over, with the very code of the reference engine, and fills in what the kernel's
 * operators would have: so no record means anything else here than there.
 */
export class HostJudge {
  readonly #kernel: Kernel;
  readonly #program: Program;
  readonly #buckets: TimeBuckets;
  readonly #judge: (record: RecordBytes) => Judgement;
  /** Column by metric of `metricsOf`. */
  readonly #columns: readonly number[];
  #scratch = 0;
  #scratchBytes = 0;

  constructor(kernel: Kernel, program: Program, fields: Fields, chunk: TimeChunk) {
    this.#kernel = kernel;
    this.#program = program;
    this.#buckets = timeBuckets(chunk, program.queryGranularityMs);
    this.#judge = createJudge(program, chunk);
    this.#columns = metricsOf(program).map(({ path, type }) => fields.column(path, type));
  }

  judge(record: RecordBytes): Judgement {
    return this.#judge(record);
  }

  /** Writes a good record into row `row` of the batch, and takes the flag from row `blockRow` of the block. */
  fill(candidate: Extract<Judgement, { kind: 'candidate' }>, batch: number, row: number, blockRow: number): void {
    const { exports } = this.#kernel;
    const { timeMs, dimensions } = candidate.row;
    // Values first: they may make the memory grow.
    const codes = dimensions.map((value, index) => this.#codeOf(index, value));
    const { view, bytes } = this.#kernel;
    view.setUint32(exports.bucketAt(batch) + 4 * row, (timeMs - this.#buckets.startMs) / this.#buckets.widthMs, true);
    codes.forEach((code, index) => {
      view.setUint32(exports.codeAt(batch, index) + 4 * row, code, true);
    });
    this.#fillColumns(candidate.row, batch, row);
    if (candidate.fingerprint !== null) {
      const at = exports.fingerprintAt(batch) + 16 * row;
      view.setBigUint64(at, BigInt(`0x${candidate.fingerprint.slice(0, 16)}`), true);
      view.setBigUint64(at + 8, BigInt(`0x${candidate.fingerprint.slice(16)}`), true);
    }
    const flag = exports.flagsAt() + blockRow;
    bytes[flag] = (bytes[flag] ?? 0) & ~(FLAG.punt | FLAG.stray | FLAG.filtered);
  }

  #fillColumns(row: Row, batch: number, index: number): void {
    const { exports, view, bytes } = this.#kernel;
    const values = row.metrics.filter((_, metric) => this.#program.metrics[metric]?.type !== 'count');
    this.#columns.forEach((column, metric) => {
      const value = values[metric] ?? null;
      const at = exports.valueAt(batch, column) + 8 * index;
      if (typeof value === 'bigint') view.setBigInt64(at, value, true);
      else view.setFloat64(at, value ?? 0, true);
      bytes[exports.validAt(batch, column) + index] = value === null ? 0 : 1;
      if (value === null) {
        const nulls = exports.nullsAt(batch);
        view.setUint32(nulls, view.getUint32(nulls, true) + 1, true);
      }
    });
  }

  #codeOf(dimension: number, value: Row['dimensions'][number]): number {
    if (value === null) return 0;
    if (typeof value === 'string') return this.#intern(dimension, Buffer.from(value, 'utf8'));
    if (typeof value === 'bigint') return this.#intern(dimension, orderedLong(value));
    return this.#intern(dimension, typeof value === 'number' ? orderedDouble(value) : orderedList(value));
  }

  #intern(dimension: number, bytes: Uint8Array): number {
    const wanted = bytes.length + SLACK_BYTES;
    if (wanted > this.#scratchBytes) {
      if (this.#scratchBytes > 0) this.#kernel.exports.release(this.#scratch, this.#scratchBytes);
      this.#scratchBytes = 2 * wanted;
      this.#scratch = this.#kernel.exports.allocate(this.#scratchBytes);
    }
    this.#kernel.bytes.set(bytes, this.#scratch);
    return this.#kernel.exports.internValue(dimension, this.#scratch, bytes.length);
  }

  /** The kernel's import `listCode`: the code of a multi-value dimension's value, -1 when the record needs a judgement. */
  listCode(dimension: number, kind: number, at: number, length: number): number {
    const column = this.#program.dimensions[dimension];
    const text = utf8.decode(this.#kernel.bytes.subarray(at, at + length));
    const value = jsonValueOf(kind, text);
    if (column === undefined || value === undefined) return -1;
    const list = listOf(column, value);
    if (list === undefined) return -1;
    return list === null ? 0 : this.#intern(dimension, orderedList(list));
  }
}

function jsonValueOf(kind: number, text: string): JsonValue | undefined {
  switch (kind) {
    case KIND.string:
      return text;
    case KIND.number:
      return new JsonNumber(text);
    case KIND.true:
      return true;
    case KIND.false:
      return false;
    default: {
      const value = parseJson(text);
      return value instanceof JsonError ? undefined : value;
    }
  }
}

/** Undefined for what the dimension rejects. */
function listOf(
  { multiValue, path }: DimensionColumn,
  value: JsonValue,
): readonly (string | null)[] | null | undefined {
  if (multiValue === null) return undefined;
  const list = readMultiValue(value, multiValue, path);
  return list instanceof Reject ? undefined : list;
}

/** The kernel's import `outOfMemory`. @throws HM_LIMIT_001; with `wantedBytes` in its context when more memory would help */
export function outOfMemory(wantedBytes: number, budgetBytes: number): never {
  const mib = (bytes: number) => Math.ceil(bytes / 1048576);
  if (budgetBytes >= MAX_KERNEL_BYTES) {
    const message = 'a worker holds as much as it can, 2 GiB; with more workers (--workers) each holds less';
    throw new HourmillError('HM_LIMIT_001', message, { context: { budgetBytes } });
  }
  throw new HourmillError(
    'HM_LIMIT_001',
    `a worker wants ${mib(wantedBytes)} MiB more than its share of the memory, ${mib(budgetBytes)} MiB`,
    { context: { wantedBytes, budgetBytes } },
  );
}
