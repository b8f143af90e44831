import type { PartColumn } from '@hourmill/core';
import { nearestDoubleOf, unitsOf } from '@hourmill/record';
import { type Event, maskOf } from './events.ts';

/** What a row says but for its time: the same text for the same row. */
export type RowText = string;

/**
 * The rows that parts of JSON hold, in no order: of each its page, and which of its events were counted, how often, and the exact sum
 * of their prices.
 */
export function rowsOfParts(parts: readonly Uint8Array[], columns: readonly PartColumn[]): RowText[] {
  const names = columns.map(({ name }) => name);
  const lines = parts.flatMap((part) => new TextDecoder().decode(part).split('\n').slice(0, -1));
  return lines.map((line) => {
    const values = JSON.parse(line) as (string | number | null)[];
    const value = (name: string) => values[names.indexOf(name)];
    return rowText(value('page'), BigInt(value('events') ?? 0), BigInt(value('mask') ?? 0), Number(value('price')));
  });
}

/** The rows that these events make. */
export function rowsOfEvents(events: readonly Event[], hasPages: boolean): RowText[] {
  const groups = Map.groupBy(events, ({ page }) => (hasPages ? page : undefined));
  return [...groups].map(([page, group]) => {
    const mask = group.reduce((sum, { digit }) => sum + maskOf(digit), 0n);
    const units = group.reduce((sum, { price }) => sum + unitsOf(price), 0n);
    return rowText(page, BigInt(group.length), mask, nearestDoubleOf(units) ?? Number.NaN);
  });
}

/** Rows in one order, for people and for comparison. */
export function hourText(rows: readonly RowText[]): string {
  return rows.length === 0 ? 'nothing' : rows.toSorted().join('; ');
}

function rowText(page: string | number | null | undefined, events: bigint, mask: bigint, price: number): RowText {
  return `${page ?? 'all'}: ${events} events (${digitsOf(mask)}) of ${price}`;
}

/** The events that a sum of masks holds, each with how often. */
function digitsOf(mask: bigint): string {
  const digits: string[] = [];
  for (let digit = 0, left = mask; left > 0n; digit++, left >>= 2n) {
    const times = left & 3n;
    if (times > 0n) digits.push(times === 1n ? `${digit}` : `${digit} ${times} times`);
  }
  return digits.join(', ');
}
