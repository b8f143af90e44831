import {
  addCounts,
  type Counts,
  InvariantError,
  invariant,
  type Manifest,
  NO_COUNTS,
  offsetsOf,
  type Plan,
  type SidecarFile,
} from '@hourmill/core';
import { checkGaps } from '../run/check-gaps.ts';
import type { Findings } from './hour-chain.ts';

/**
 * Recomputes what a manifest says of itself: every record in one count, of each split, each generation and all; every offset read or a
 * gap; the events of the parts are those that were kept; each kept record has its key in the sidecars, each row its exact sums.
 */
export function checkNumbers(manifest: Manifest, findings: Findings): void {
  checkEveryCount(manifest, findings);
  checkOffsets(manifest, findings);
  checkSums(manifest, findings);
  checkSidecars(manifest, findings);
}

function checkEveryCount({ result, generations }: Manifest, findings: Findings): void {
  expectWhole('all splits', result.counts, findings);
  for (const { id, counts } of result.splits) expectWhole(id, counts, findings);
  expectSame('the splits', result.splits, result.counts, findings);
  for (const { number, counts } of generations ?? []) expectWhole(`generation ${number}`, counts, findings);
  if (generations !== undefined) expectSame('the generations', generations, result.counts, findings);
}

function expectWhole(what: string, counts: Counts, findings: Findings): void {
  const { read, kept, duplicate, filtered, stray, rejected } = counts;
  const sum = kept + duplicate + filtered + stray + rejected;
  findings.expect(read === sum, 'counts', `of ${what} ${read} records were read, but ${sum} are accounted for`);
}

function expectSame(
  what: string,
  pieces: readonly { readonly counts: Counts }[],
  total: Counts,
  findings: Findings,
): void {
  const sum = pieces.reduce((counts, piece) => addCounts(counts, piece.counts), NO_COUNTS);
  for (const name of Object.keys(NO_COUNTS) as (keyof Counts)[]) {
    const detail = `${what} together have ${name} ${sum[name]}, the hour has ${total[name]}`;
    findings.expect(sum[name] === total[name], 'counts', detail);
  }
}

function checkOffsets({ plan, result }: Manifest, findings: Findings): void {
  if (plan.ranges === undefined) return;
  try {
    checkGaps(plan, result);
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    findings.break('offsets', error.message);
  }
  const planned = offsetsOf(plan.ranges);
  const inSplits = offsetsOf(plan.splits.map(kafkaSplit));
  findings.expect(planned === inSplits, 'offsets', `the ranges have ${planned} offsets, their splits ${inSplits}`);
}

function kafkaSplit(split: Plan['splits'][number]) {
  invariant(split.type === 'kafka', `${split.id} is of a topic`);
  return split;
}

function checkSums({ result, countMetric }: Manifest, findings: Findings): void {
  const { counts, parts, groups, sums } = result;
  const counted = sums[countMetric] ?? '0';
  findings.expect(
    counted === String(counts.kept),
    'sums',
    `${counts.kept} records were kept, but the sum of ${countMetric} is ${counted}`,
  );
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  findings.expect(rows === groups, 'sums', `there are ${groups} groups, but ${rows} rows in the parts`);
}

function checkSidecars({ result, sidecars }: Manifest, findings: Findings): void {
  const rowsOf = (kind: SidecarFile['kind']): number[] =>
    sidecars.filter((file) => file.kind === kind).map(({ rows }) => rows);
  const keys = rowsOf('fingerprints');
  const keyCount = keys.reduce((sum, rows) => sum + rows, 0);
  const { kept } = result.counts;
  if (keys.length > 0)
    findings.expect(keyCount === kept, 'sums', `${kept} records were kept, but there are ${keyCount} keys`);
  const exact = rowsOf('accumulators');
  const rows = result.parts.map((part) => part.rows);
  if (exact.length > 0)
    findings.expect(exact.join() === rows.join(), 'sums', `the parts have ${rows} rows, their exact sums ${exact}`);
}
