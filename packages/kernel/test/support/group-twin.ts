import { nearestDoubleOf, unitsOf } from '@hourmill/record';
import type { GroupEvent, MetricKind } from './group-worker.ts';

export interface MergedRow {
  readonly bucket: number;
  readonly values: readonly (Buffer | null)[];
  readonly events: bigint;
  /** By metric; 'fault' where the sum is out of range. */
  readonly metrics: readonly (bigint | number | null | 'fault')[];
}

/** All events by group, in the order of (bucket, dimensions), nulls first, values by their bytes. */
export function groupTwin(events: readonly GroupEvent[], metrics: readonly MetricKind[]): MergedRow[] {
  const groups = Map.groupBy(events, ({ bucket, values }) => JSON.stringify([bucket, values.map(textOf)]));
  return [...groups.values()].map((group) => rowOf(group, metrics)).sort(compareRows);
}

/** Of a double sum over all events of each group, in the same order: its state as a file of accumulators has it. */
export function stateTwin(events: readonly GroupEvent[], metrics: readonly MetricKind[], column: number): Buffer[] {
  const groups = Map.groupBy(events, ({ bucket, values }) => JSON.stringify([bucket, values.map(textOf)]));
  const rows = [...groups.values()].map((group) => ({ group, row: rowOf(group, metrics) }));
  rows.sort((a, b) => compareRows(a.row, b.row));
  return rows.map(({ group }) => {
    const inputs = group.map(({ inputs }) => inputs[column] ?? null).filter((input) => input !== null);
    if (inputs.length === 0) return Buffer.alloc(0);
    return encodedState(inputs.reduce<bigint>((sum, input) => sum + unitsOf(Number(input)), 0n));
  });
}

/** e u16, then m as the fewest bytes of two's complement: the units are m * 256^e, and m is no multiple of 256. */
function encodedState(units: bigint): Buffer {
  let [exponent, rest] = [0, units];
  for (; rest !== 0n && rest % 256n === 0n; exponent++) rest /= 256n;
  const bytes: number[] = [];
  for (let bits = 0n; rest !== 0n && BigInt.asIntN(Number(bits), rest) !== rest; bits += 8n) {
    bytes.push(Number((rest >> bits) & 255n));
  }
  return Buffer.from([exponent & 255, exponent >> 8, ...bytes]);
}

function textOf(value: Uint8Array | null): string | null {
  return value === null ? null : Buffer.from(value).toString('latin1');
}

function rowOf(group: readonly GroupEvent[], metrics: readonly MetricKind[]): MergedRow {
  const first = group[0] ?? { bucket: 0, values: [] };
  return {
    bucket: first.bucket,
    values: first.values.map((value) => (value === null ? null : Buffer.from(value))),
    events: BigInt(group.length),
    metrics: metrics.map((kind, column) => {
      const inputs = group.map(({ inputs }) => inputs[column] ?? null).filter((input) => input !== null);
      return inputs.length === 0 ? null : resultOf(kind, inputs);
    }),
  };
}

function resultOf(kind: MetricKind, inputs: readonly (bigint | number)[]): bigint | number | 'fault' {
  if (kind === 'longSum') {
    const sum = longSumOf(inputs);
    return BigInt.asIntN(64, sum) === sum ? sum : 'fault';
  }
  if (kind === 'doubleSum') {
    return nearestDoubleOf(inputs.reduce<bigint>((sum, input) => sum + unitsOf(Number(input)), 0n)) ?? 'fault';
  }
  const least = kind === 'longMin' || kind === 'doubleMin';
  return inputs.reduce((best, input) => ((least ? input < best : input > best) ? input : best));
}

function longSumOf(inputs: readonly (bigint | number)[]): bigint {
  return inputs.reduce<bigint>((sum, input) => sum + BigInt(input), 0n);
}

function compareRows(a: MergedRow, b: MergedRow): number {
  if (a.bucket !== b.bucket) return a.bucket - b.bucket;
  for (const [dimension, value] of a.values.entries()) {
    const other = b.values[dimension] ?? null;
    const order =
      Buffer.compare(value ?? Buffer.alloc(0), other ?? Buffer.alloc(0)) ||
      Number(value !== null) - Number(other !== null);
    if (order !== 0) return order;
  }
  return 0;
}

/** The sum of a longSum over all events. */
export function totalTwin(events: readonly GroupEvent[], column: number): bigint {
  return longSumOf(events.map(({ inputs }) => inputs[column] ?? 0n));
}
