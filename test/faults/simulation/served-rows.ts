import type { PartColumn } from '@hourmill/core';
import { nearestDoubleOf, unitsOf } from '@hourmill/record';
import { type Event, maskOf } from './events.ts';

/** A row but for its time. */
export interface Row {
  readonly page: string | null;
  readonly events: bigint;
  /** Which of the hour's events it counts, how often. */
  readonly mask: bigint;
  readonly price: number;
}

/** The rows that parts of JSON hold. */
export function rowsOfParts(parts: readonly Uint8Array[], columns: readonly PartColumn[]): Row[] {
  const names = columns.map(({ name }) => name);
  const lines = parts.flatMap((part) => new TextDecoder().decode(part).split('\n').slice(0, -1));
  return lines.map((line) => {
    const values = JSON.parse(line) as (string | number | null)[];
    const value = (name: string) => values[names.indexOf(name)];
    const page = value('page') ?? null;
    return {
      page: page === null ? null : String(page),
      events: BigInt(value('events') ?? 0),
      mask: BigInt(value('mask') ?? 0),
      price: Number(value('price')),
    };
  });
}

/** The rows that these events make. */
export function rowsOfEvents(events: readonly Event[], hasPages: boolean): Row[] {
  const groups = Map.groupBy(events, ({ page }) => (hasPages ? page : null));
  return [...groups].map(([page, group]) => ({
    page,
    events: BigInt(group.length),
    mask: group.reduce((sum, { digit }) => sum + maskOf(digit), 0n),
    price: nearestDoubleOf(group.reduce((sum, { price }) => sum + unitsOf(price), 0n)) ?? Number.NaN,
  }));
}

/** Rows in one order, for people and for comparison. */
export function hourText(rows: readonly Row[]): string {
  const texts = rows.map(({ page, events, mask, price }) => {
    const digits = [...digitsOf(mask)].map(([digit, times]) => (times === 1 ? digit : `${digit} ${times} times`));
    return `${page ?? 'all'}: ${events} events (${digits.join(', ')}) of ${price}`;
  });
  return texts.length === 0 ? 'nothing' : texts.sort().join('; ');
}

export function maskOfRows(rows: readonly Row[]): bigint {
  return rows.reduce((sum, { mask }) => sum + mask, 0n);
}

/** The events that a sum of masks holds, each with how often. */
export function digitsOf(mask: bigint): Map<number, number> {
  const digits = new Map<number, number>();
  for (let digit = 0, left = mask; left > 0n; digit++, left >>= 2n) {
    if ((left & 3n) > 0n) digits.set(digit, Number(left & 3n));
  }
  return digits;
}
