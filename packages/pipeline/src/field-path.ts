import { type ErrorCode, HourmillError } from '@hourmill/core';
import type { FieldPath } from './program.ts';

/** A key without quotes: no dot, bracket or double quote, no space at its ends. */
const PLAIN_KEY = /[^.[\]"\s](?:[^.[\]"\n]*[^.[\]"\s])?/y;
/** A key as a JSON string in brackets, for keys that hold a dot: `["a.b"]`. */
export const QUOTED_KEY = /\["(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"\]/uy;

/**
 * Reads the name of a field as a definition writes it: `geo.city` goes into nested objects, and a key that holds a dot
 * is quoted, `geo["a.b"].c`. Anything but dots, brackets and double quotes may stand in a plain key (`user-id`).
 * @throws HM_DEFINITION_003, with the `offset` of the trouble in its context
 */
export function parseFieldPath(text: string): FieldPath {
  const keys: string[] = [];
  let offset = 0;
  do {
    if (keys.length > 0 && text[offset] === '.') offset += 1;
    else if (keys.length > 0 && text[offset] !== '[') fail(text, offset);
    const afterDot = offset > 0 && text[offset - 1] === '.';
    const quoted = afterDot ? null : matchAt(QUOTED_KEY, text, offset);
    const plain = quoted === null ? matchAt(PLAIN_KEY, text, offset) : null;
    const key = quoted === null ? plain : unquoteKey(quoted);
    if (key === null) fail(text, offset);
    keys.push(key);
    offset += (quoted ?? key).length;
  } while (offset < text.length);
  return Object.freeze(keys);
}

/** The key inside `["…"]`. */
export function unquoteKey(quoted: string): string {
  return JSON.parse(quoted.slice(1, -1)) as string;
}

/** What the sticky `pattern` finds at this very place. */
export function matchAt(pattern: RegExp, text: string, offset: number): string | null {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? null;
}

function fail(text: string, offset: number): never {
  const rest = text.slice(offset);
  const trouble =
    offset >= text.length ? 'it ends where a key must follow' : `${JSON.stringify(rest)} cannot stand here`;
  const code: ErrorCode = 'HM_DEFINITION_003';
  throw new HourmillError(code, `${trouble}; expected a field such as "geo.city" or '["a.b"].c'`, {
    context: { offset },
  });
}
