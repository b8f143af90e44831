import type { FieldPath, MultiValueHandling } from '@hourmill/pipeline';
import { isJsonList, type JsonValue } from '../json/json-value.ts';
import { Reject } from '../judge/reject.ts';
import { compareStrings } from '../sort/compare.ts';
import { readString } from './string.ts';

/**
 * The value of a field as the values of a multi-value dimension, in the order that the handling asks for, nulls first.
 * A single value is a list of one. A null among other elements stays, as it does in Druid.
 * @returns null for JSON null, for `[]`, and for a list of a single null (`[null]`, `SORTED_SET` of `[null, null]`):
 *   Druid answers null for each of them, so a group of its own could never be told apart.
 *   A Reject HM_EVENT_004 for an object, or for a list or object inside the list
 */
export function readMultiValue(
  value: JsonValue,
  handling: MultiValueHandling,
  path: FieldPath,
): readonly (string | null)[] | null | Reject {
  const strings: (string | null)[] = [];
  for (const element of isJsonList(value) ? value : [value]) {
    const string = readString(element, path);
    if (string instanceof Reject) return string;
    strings.push(string);
  }
  const ordered = inOrder(strings, handling);
  return ordered.length === 0 || (ordered.length === 1 && ordered[0] === null) ? null : ordered;
}

function inOrder(strings: readonly (string | null)[], handling: MultiValueHandling): readonly (string | null)[] {
  switch (handling) {
    case 'ARRAY':
      return strings;
    case 'SORTED_ARRAY':
      return strings.toSorted(compareStrings);
    case 'SORTED_SET':
      return [...new Set(strings)].sort(compareStrings);
  }
}
