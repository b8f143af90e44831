import type { Generation, Manifest, Plan, Split } from '@hourmill/core';

/**
 * A plan whose objects keep the ranks that they had: those of the hour's current manifest in its order, then the new ones. It is the order
 * of generations, so that a build from the start and a merge let the same duplicate win.
 */
export function keepRanks(plan: Plan, before: Plan): Plan {
  const rankOf = new Map(before.splits.map(({ id }, rank) => [id, rank]));
  const rank = ({ id }: Split): number => rankOf.get(id) ?? rankOf.size;
  const splits = plan.splits.toSorted((a, b) => rank(a) - rank(b)).map((split, ordinal) => ({ ...split, ordinal }));
  return { ...plan, splits };
}

/**
 * Why a build from the start cannot keep the ranks of these generations, or null: late rows come last then, also those that were taken in
 * before objects of a later generation.
 */
export function lostRanks({ generations = [] }: Pick<Manifest, 'generations'>): string | null {
  const isLate = ({ late }: Generation): boolean => late.some(({ rows }) => rows > 0);
  const firstLate = generations.findIndex(isLate);
  const isBehind = firstLate >= 0 && generations.slice(firstLate + 1).some(({ splits }) => splits.length > 0);
  return isBehind ? 'late rows now rank behind objects that came after them' : null;
}
