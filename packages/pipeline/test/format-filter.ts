import type { FieldPath, Filter, Literal } from '../src/index.ts';

/** Writes a filter so that parsing it gives the very same tree: every branch in parentheses of its own. */
export function formatFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${formatFilter(filter.left)}) ${filter.kind} (${formatFilter(filter.right)})`;
    case 'not':
      return `not (${formatFilter(filter.operand)})`;
    case 'compare':
      return `${formatPath(filter.field)} ${filter.operator} ${formatLiteral(filter.literal)}`;
    case 'in':
      return `${formatPath(filter.field)} in (${filter.literals.map(formatLiteral).join(', ')})`;
    case 'isNull':
      return `${formatPath(filter.field)} is null`;
    case 'like': {
      const suffix = filter.escape === null ? '' : ` escape ${quote(filter.escape)}`;
      return `${formatPath(filter.field)} like ${quote(filter.pattern)}${suffix}`;
    }
  }
}

/** Every key quoted. */
export function formatPath(path: FieldPath): string {
  return path.map((key) => `[${quoteKey(key)}]`).join('');
}

function quoteKey(key: string): string {
  return JSON.stringify(key).replace(
    /\p{Cc}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function formatLiteral(literal: Literal): string {
  switch (literal.kind) {
    case 'string':
      return quote(literal.value);
    case 'number':
      return literal.text;
    case 'boolean':
      return String(literal.value);
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
