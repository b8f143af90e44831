import type { Comparison, Filter, Literal } from './filter.ts';
import { filterError, type Keyword, type Token, tokenize } from './lexer.ts';

/** How deep parentheses and `not` may nest. Chains of `and` and `or` have no limit. */
const MAX_DEPTH = 200;

const FLIPPED: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/**
 * Parses a filter. `or` binds weakest, then `and`, then `not`; keywords in any case. A chain `a and b and c` becomes a
 * balanced tree (which means the same), so that even a chain of thousands of terms stays shallow for who walks it.
 *
 * ```
 * or        = and { "or" and }
 * and       = not { "and" not }
 * not       = { "not" } ( "(" or ")" | predicate )
 * predicate = field operator literal | literal operator field
 *           | field [ "not" ] "in" "(" literal { "," literal } ")"
 *           | field "is" [ "not" ] "null"
 *           | field [ "not" ] "like" string [ "escape" string ]
 * operator  = "=" | "!=" | "<>" | "<" | "<=" | ">" | ">="
 * literal   = string in single quotes | number as in JSON | "true" | "false"
 * ```
 *
 * @throws HM_DEFINITION_005, with the `offset` of the trouble in its context
 */
export function parseFilter(text: string): Filter {
  const tokens = new Tokens(tokenize(text));
  const filter = parseChain(tokens, 'or', 0);
  const rest = tokens.peek();
  if (rest.kind !== 'end') filterError(rest.offset, `expected "and", "or" or the end, found ${show(rest)}`);
  return filter;
}

class Tokens {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', offset: 0, text: '' };
  }

  take(): Token {
    const token = this.peek();
    this.#next += 1;
    return token;
  }

  takeIf(kind: Token['kind']): boolean {
    const found = this.peek().kind === kind;
    if (found) this.#next += 1;
    return found;
  }

  takeKeyword(keyword: Keyword): boolean {
    const token = this.peek();
    const found = token.kind === 'keyword' && token.keyword === keyword;
    if (found) this.#next += 1;
    return found;
  }
}

function show(token: Token): string {
  return token.kind === 'end' ? 'the end' : JSON.stringify(token.text);
}

function parseChain(tokens: Tokens, kind: 'and' | 'or', depth: number): Filter {
  const terms: Filter[] = [];
  do terms.push(kind === 'or' ? parseChain(tokens, 'and', depth) : parseNot(tokens, depth));
  while (tokens.takeKeyword(kind));
  return balance(kind, terms);
}

function balance(kind: 'and' | 'or', terms: readonly Filter[]): Filter {
  const [only] = terms;
  if (only !== undefined && terms.length === 1) return only;
  const middle = Math.ceil(terms.length / 2);
  return { kind, left: balance(kind, terms.slice(0, middle)), right: balance(kind, terms.slice(middle)) };
}

function parseNot(tokens: Tokens, depth: number): Filter {
  const { offset } = tokens.peek();
  if (depth > MAX_DEPTH) filterError(offset, `parentheses and "not" nest deeper than ${MAX_DEPTH} levels`);
  if (tokens.takeKeyword('not')) return not(parseNot(tokens, depth + 1));
  if (!tokens.takeIf('(')) return parsePredicate(tokens);
  const inner = parseChain(tokens, 'or', depth + 1);
  const close = tokens.take();
  if (close.kind !== ')') filterError(close.offset, `expected ")", "and" or "or", found ${show(close)}`);
  return inner;
}

function not(operand: Filter): Filter {
  return { kind: 'not', operand };
}

function parsePredicate(tokens: Tokens): Filter {
  const first = tokens.take();
  if (first.kind === 'field') return parseFieldPredicate(tokens, first.path, first.text);
  if (!isLiteral(first)) filterError(first.offset, `expected a field, a value, "not" or "(", found ${show(first)}`);
  const literal = toLiteral(first);
  const operator = tokens.take();
  if (operator.kind !== 'operator')
    filterError(operator.offset, `expected a comparison such as "=", found ${show(operator)}`);
  const field = tokens.take();
  if (field.kind !== 'field')
    filterError(field.offset, `expected a field to compare ${first.text} with, found ${show(field)}`);
  return { kind: 'compare', field: field.path, operator: FLIPPED[operator.operator], literal };
}

function parseFieldPredicate(tokens: Tokens, field: readonly string[], name: string): Filter {
  const next = tokens.peek();
  if (next.kind === 'operator') {
    tokens.take();
    return { kind: 'compare', field, operator: next.operator, literal: takeLiteral(tokens, name, next) };
  }
  if (tokens.takeKeyword('is')) return parseIsNull(tokens, field, name);
  const negated = tokens.takeKeyword('not');
  const predicate = parseInOrLike(tokens, field, name, negated);
  return negated ? not(predicate) : predicate;
}

function parseInOrLike(tokens: Tokens, field: readonly string[], name: string, negated: boolean): Filter {
  if (tokens.takeKeyword('in')) return { kind: 'in', field, literals: parseList(tokens, name) };
  if (tokens.takeKeyword('like')) return parseLike(tokens, field);
  const found = tokens.peek();
  if (tokens.takeKeyword('between')) {
    filterError(found.offset, `"between" is not supported: write ${name} >= 1 and ${name} <= 2`);
  }
  if (negated) filterError(found.offset, `expected "in" or "like" after "not", found ${show(found)}`);
  const known = `expected a comparison, "in", "is null" or "like" after ${name}, found ${show(found)}`;
  return filterError(found.offset, `${known}; a field that holds true or false is tested by ${name} = true`);
}

function parseIsNull(tokens: Tokens, field: readonly string[], name: string): Filter {
  const negated = tokens.takeKeyword('not');
  const found = tokens.peek();
  if (!tokens.takeKeyword('null')) {
    filterError(found.offset, `expected "null" after ${name} is${negated ? ' not' : ''}, found ${show(found)}`);
  }
  const isNull: Filter = { kind: 'isNull', field };
  return negated ? not(isNull) : isNull;
}

function parseList(tokens: Tokens, name: string): Literal[] {
  const open = tokens.take();
  if (open.kind !== '(') filterError(open.offset, `expected "(" and a list of values, found ${show(open)}`);
  const literals: Literal[] = [];
  do {
    const token = tokens.take();
    if (!isLiteral(token)) filterError(token.offset, `expected a value for ${name}, found ${show(token)}`);
    literals.push(toLiteral(token));
  } while (tokens.takeIf(','));
  const close = tokens.take();
  if (close.kind !== ')') filterError(close.offset, `expected "," or ")" in the list, found ${show(close)}`);
  return literals;
}

function parseLike(tokens: Tokens, field: readonly string[]): Filter {
  const pattern = tokens.take();
  if (pattern.kind !== 'string') filterError(pattern.offset, `expected a pattern such as 'a%', found ${show(pattern)}`);
  if (!tokens.takeKeyword('escape')) return { kind: 'like', field, pattern: pattern.value, escape: null };
  const plainer = tokens.take();
  if (plainer.kind !== 'string' || [...plainer.value].length !== 1) {
    filterError(plainer.offset, `expected one character such as '!' after "escape", found ${show(plainer)}`);
  }
  if (endsInEscape(pattern.value, plainer.value)) {
    filterError(
      pattern.offset,
      `the pattern ends in its escape character ${plainer.value}; expected a character after it`,
    );
  }
  return { kind: 'like', field, pattern: pattern.value, escape: plainer.value };
}

function endsInEscape(pattern: string, escapeCharacter: string): boolean {
  let escaped = false;
  for (const character of pattern) escaped = !escaped && character === escapeCharacter;
  return escaped;
}

type LiteralToken = Extract<Token, { kind: 'number' | 'string' | 'keyword' }>;

function isLiteral(token: Token): token is LiteralToken {
  return (
    token.kind === 'number' ||
    token.kind === 'string' ||
    (token.kind === 'keyword' && (token.keyword === 'true' || token.keyword === 'false'))
  );
}

function toLiteral(token: LiteralToken): Literal {
  switch (token.kind) {
    case 'number':
      return { kind: 'number', text: token.text };
    case 'string':
      return { kind: 'string', value: token.value };
    case 'keyword':
      return { kind: 'boolean', value: token.keyword === 'true' };
  }
}

function takeLiteral(tokens: Tokens, name: string, operator: Token): Literal {
  const token = tokens.take();
  if (token.kind === 'keyword' && token.keyword === 'null') {
    const advice = operator.text === '=' ? `${name} is null` : `${name} is not null`;
    filterError(operator.offset, `nothing compares with null; write ${advice}`);
  }
  if (isLiteral(token)) return toLiteral(token);
  const field =
    token.kind === 'field' ? '; a text stands in single quotes, and fields are not compared with fields' : '';
  return filterError(token.offset, `expected a value after ${name} ${operator.text}, found ${show(token)}${field}`);
}
