import { HourmillError } from '@hourmill/core';
import { matchAt, QUOTED_KEY, unquoteKey } from '../field-path.ts';
import type { Comparison } from './filter.ts';

const KEYWORDS = ['and', 'or', 'not', 'in', 'is', 'null', 'like', 'escape', 'true', 'false', 'between'] as const;
export type Keyword = (typeof KEYWORDS)[number];

/** A word of a filter. `offset` counts UTF-16 units from the filter's start; `text` is as written. */
export type Token = { readonly offset: number; readonly text: string } & (
  | { readonly kind: 'field'; readonly path: readonly string[] }
  | { readonly kind: 'keyword'; readonly keyword: Keyword }
  | { readonly kind: 'operator'; readonly operator: Comparison }
  | { readonly kind: 'number' }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: '(' | ')' | ',' | 'end' }
);

const SPACE = /\s+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /<=|>=|<>|!=|=(?!=)|<|>/y;
// The grammar of JSON; what follows must not be glued to it (01, 1.x, 1abc).
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.])/y;
const STRING = /'(?:[^']|'')*'/y;

/** What people write who know other languages, with what to write here. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/==/y, 'write "="'],
  [/&&/y, 'write "and"'],
  [/\|\|/y, 'write "or"'],
  [/!/y, 'write "not" or "!="'],
  [/"/y, 'text stands in single quotes, a quoted field name in brackets: ["a.b"]'],
  [/'/y, "the closing ' is missing"],
  [/\[/y, 'a quoted field name is written ["a.b"]'],
  [/[-+.]?[0-9]/y, 'this is no number as JSON writes it, such as -1, 0.5 or 1e3'],
  [/\./y, 'a dot stands between the keys of a field only: geo.city'],
  [/[-+*/%|]/y, 'a filter does not calculate'],
];

/** Fails with HM_DEFINITION_005; `offset` in the context is the place in the filter. */
export function filterError(offset: number, message: string): never {
  throw new HourmillError('HM_DEFINITION_005', message, { context: { offset } });
}

/**
 * Cuts a filter into tokens; the last one is `end`.
 * @throws HM_DEFINITION_005 with the offset of a character that begins no token
 */
export function tokenize(filter: string): Token[] {
  const tokens: Token[] = [];
  let offset = skipSpace(filter, 0);
  while (offset < filter.length) {
    const token = tokenAt(filter, offset);
    tokens.push(token);
    offset = skipSpace(filter, offset + token.text.length);
  }
  tokens.push({ kind: 'end', offset: filter.trimEnd().length, text: '' });
  return tokens;
}

/** The fields that a filter names, in its order, each with the offset of its first character. */
export function fieldsOf(filter: string): { readonly path: readonly string[]; readonly offset: number }[] {
  return tokenize(filter).flatMap((token) =>
    token.kind === 'field' ? [{ path: token.path, offset: token.offset }] : [],
  );
}

function skipSpace(filter: string, offset: number): number {
  return offset + (matchAt(SPACE, filter, offset)?.length ?? 0);
}

function tokenAt(filter: string, offset: number): Token {
  const character = filter[offset];
  if (character === '(' || character === ')' || character === ',') return { kind: character, offset, text: character };
  const operator = matchAt(OPERATOR, filter, offset);
  if (operator !== null) {
    return { kind: 'operator', offset, text: operator, operator: operator === '<>' ? '!=' : (operator as Comparison) };
  }
  const number = matchAt(NUMBER, filter, offset);
  if (number !== null) return { kind: 'number', offset, text: number };
  const string = matchAt(STRING, filter, offset);
  if (string !== null) {
    return { kind: 'string', offset, text: string, value: string.slice(1, -1).replaceAll("''", "'") };
  }
  return wordAt(filter, offset) ?? foreign(filter, offset);
}

/** A field, `geo["a.b"].c`, or a keyword. After a dot a keyword is a key like any other. */
function wordAt(filter: string, start: number): Token | null {
  const path: string[] = [];
  let offset = start;
  for (;;) {
    const dotted = path.length > 0 && filter[offset] === '.';
    const quoted = dotted ? null : matchAt(QUOTED_KEY, filter, offset);
    const plain = dotted || path.length === 0 ? matchAt(WORD, filter, dotted ? offset + 1 : offset) : null;
    if (quoted !== null) path.push(unquoteKey(quoted));
    else if (plain !== null) path.push(plain);
    else break;
    offset += quoted?.length ?? (plain?.length ?? 0) + (dotted ? 1 : 0);
  }
  if (path.length === 0) return null;
  const text = filter.slice(start, offset);
  const keyword = KEYWORDS.find((word) => word === text.toLowerCase());
  return keyword === undefined
    ? { kind: 'field', offset: start, text, path }
    : { kind: 'keyword', offset: start, text, keyword };
}

function foreign(filter: string, offset: number): never {
  for (const [pattern, advice] of FOREIGN) {
    const found = matchAt(pattern, filter, offset);
    if (found !== null) return filterError(offset, `${JSON.stringify(found)} cannot stand here: ${advice}`);
  }
  const character = String.fromCodePoint(filter.codePointAt(offset) ?? 0);
  return filterError(offset, `${JSON.stringify(character)} cannot stand here`);
}
