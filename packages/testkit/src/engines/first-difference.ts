import { isDeepStrictEqual } from 'node:util';
import { isHourmillError } from '@hourmill/core';
import type { Built } from './build.ts';
import type { PartRow } from './part-rows.ts';

/** How a build ended: with a result, or with the code of a failure that an operator can meet. */
export type Outcome = { readonly built: Built } | { readonly failure: string };

/** Waits for a build. Failures without a code are bugs, and are thrown on. */
export async function outcomeOf(building: Promise<Built>): Promise<Outcome> {
  try {
    return { built: await building };
  } catch (error) {
    if (isHourmillError(error)) return { failure: error.code };
    throw error;
  }
}

/** What two engines must agree on, from the whole to the details. Rows are compared one by one. */
const SECTIONS = [
  ['counts', ({ result }) => result.counts],
  ['splits', ({ result }) => result.splits],
  ['reject reasons', ({ result }) => result.rejectReasons],
  ['rejects', ({ rejects }) => rejects],
  ['strays', ({ result }) => result.strays],
  ['identity', ({ result }) => result.identity],
  ['columns', ({ result }) => result.columns],
  ['groups', ({ result }) => result.groups],
  ['sums', ({ result }) => result.sums],
  ['fingerprints', ({ fingerprints }) => fingerprints],
  ['exact sums', ({ exactSums }) => exactSums],
  // Not their positions: of messages these are other ones than of lines.
  [
    'late rows',
    ({ late }) => late && Object.entries(late).map(([hour, rows]) => [hour, ...rows.map(({ raw }) => raw)]),
  ],
] as const satisfies readonly (readonly [string, (built: Built) => unknown])[];

/** Says where two outcomes first differ; null when they are the same in all that engines must agree on, not in bytes. */
export function firstDifference(a: Outcome, b: Outcome): string | null {
  if ('failure' in a || 'failure' in b) {
    const [first, second] = [a, b].map((outcome) => ('failure' in outcome ? outcome.failure : 'a result'));
    return first === second ? null : `${first} against ${second}`;
  }
  for (const [name, sectionOf] of SECTIONS) {
    const [x, y] = [sectionOf(a.built), sectionOf(b.built)];
    if (!isDeepStrictEqual(x, y)) return `${name}: ${differingParts(x, y)}`;
  }
  return firstDifferentRow(a.built.rows, b.built.rows);
}

function firstDifferentRow(a: readonly PartRow[], b: readonly PartRow[]): string | null {
  for (const [index, row] of a.entries()) {
    const other = b[index] ?? {};
    for (const name of Object.keys(row)) {
      if (!isSame(row[name], other[name])) return `row ${index}, ${name}: ${text(row)} against ${text(other)}`;
    }
  }
  return null;
}

/** Doubles bit by bit. */
function isSame(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (typeof a === 'object' && a !== null && isDeepStrictEqual(a, b));
}

/** Of two lists the first items that differ, else both in whole. */
function differingParts(a: unknown, b: unknown): string {
  if (Array.isArray(a) && Array.isArray(b)) {
    const index = Array.from({ length: Math.max(a.length, b.length) }).findIndex(
      (_, at) => !isDeepStrictEqual(a[at], b[at]),
    );
    return `no. ${index} of ${a.length} and ${b.length}: ${text(a[index])} against ${text(b[index])}`;
  }
  return `${text(a)} against ${text(b)}`;
}

function text(value: unknown): string {
  const plain = JSON.stringify(value, (_, member: unknown) => {
    if (Object.is(member, -0)) return '-0';
    return typeof member === 'bigint' ? `${member}n` : member;
  });
  return plain === undefined ? 'nothing' : plain.length > 2000 ? `${plain.slice(0, 2000)}…` : plain;
}
