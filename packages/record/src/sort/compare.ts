/** Nulls first; negative, zero or positive like every comparator here. */
export function nullsFirst<T>(compare: (a: T, b: T) => number): (a: T | null, b: T | null) => number {
  return (a, b) => {
    if (a === null) return b === null ? 0 : -1;
    return b === null ? 1 : compare(a, b);
  };
}

/**
 * The order of the strings' UTF-8 bytes, which is the order of their code points. JavaScript's `<` differs: it compares
 * UTF-16 units, and puts U+1F600 (a surrogate pair) before U+FFFD. Both strings must be well formed.
 */
export function compareUtf8(a: string, b: string): number {
  const common = Math.min(a.length, b.length);
  for (let at = 0; at < common; at++) {
    // Well-formed strings that agree so far never differ first in a low surrogate against another kind of unit.
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return (a.codePointAt(at) ?? 0) - (b.codePointAt(at) ?? 0);
  }
  return a.length - b.length;
}

export const compareStrings = nullsFirst(compareUtf8);

/** Numbers or bigints. */
export function compareNumbers<T extends number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Element by element; of two lists that agree so far the shorter comes first. */
export function compareStringLists(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  const common = Math.min(a.length, b.length);
  for (let index = 0; index < common; index++) {
    const order = compareStrings(a[index] ?? null, b[index] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
