import { type ErrorCode, HourmillError } from '@hourmill/core';

type DefinitionErrorCode = Extract<ErrorCode, `HM_DEFINITION_${string}`>;

/** One thing that is wrong with a definition file. */
export interface Problem {
  readonly code: DefinitionErrorCode;
  /** From the file's start, in UTF-16 units. */
  readonly offset: number;
  /** What was found and what was expected, after the key path. */
  readonly message: string;
  /** The keys from the root; empty for the whole file. */
  readonly keys: readonly PropertyKey[];
  /** Lines that show the place, under the message. */
  readonly excerpt?: string;
}

export type Position = { readonly line: number; readonly column: number };

/**
 * One error for all problems of a file, in the order of the file. Its code is the first problem's; where codes differ,
 * each line says its own.
 */
export function definitionError(
  path: string,
  problems: readonly Problem[],
  positionOf: (offset: number) => Position,
): HourmillError {
  const inOrder = [...problems].sort((a, b) => a.offset - b.offset);
  const code = inOrder[0]?.code ?? 'HM_DEFINITION_003';
  const mixed = inOrder.some((problem) => problem.code !== code);
  const lines = inOrder.map((problem) => {
    const { line, column } = positionOf(problem.offset);
    const keys = problem.keys.length === 0 ? '' : `${keyPath(problem.keys)}: `;
    const excerpt = problem.excerpt === undefined ? '' : `\n${problem.excerpt}`;
    return `${path}:${line}:${column}: ${keys}${problem.message}${mixed ? ` (${problem.code})` : ''}${excerpt}`;
  });
  const { line, column } = positionOf(inOrder[0]?.offset ?? 0);
  return new HourmillError(code, lines.join('\n'), { context: { path, line, column, problems: lines.length } });
}

/** `rollup.metrics[2].field`. */
function keyPath(keys: readonly PropertyKey[]): string {
  return keys
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      const plain = /^[\w-]+$/.test(String(key));
      if (!plain) return `[${JSON.stringify(String(key))}]`;
      return index === 0 ? String(key) : `.${String(key)}`;
    })
    .join('');
}
