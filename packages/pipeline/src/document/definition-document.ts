import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  visit,
} from 'yaml';
import { definitionError, type Position, type Problem } from './problem.ts';
import { offsetInSource } from './scalar-offset.ts';

/** How many values aliases may stand for in all: a small file must not become a huge one. */
const MAX_ALIASES = 100;

/** A value of the definition, found again in its file. */
export interface Place {
  /** The keys as far as the file goes: a dimension given by its name alone has no `name` inside. */
  readonly keys: readonly PropertyKey[];
  /** Of the value, or of the map where it is missing. */
  readonly offset: number;
  /** The value as written, before substitution; undefined when it is missing. */
  readonly found: unknown;
}

/** A parsed definition file that knows where each of its values stands. */
export class DefinitionDocument {
  /** Plain JSON-like data. */
  readonly value: unknown;
  readonly #text: string;
  readonly #document: Document;
  readonly #lines: LineCounter;

  /** @throws HM_DEFINITION_002 with every syntax error; duplicate keys are among them */
  constructor(text: string, path: string) {
    this.#text = text;
    this.#lines = new LineCounter();
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const problems = syntaxProblems(this.#document, text);
    if (problems.length > 0) throw definitionError(path, problems, (offset) => this.positionOf(offset));
    this.value = this.#plainData(path);
  }

  #plainData(path: string): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (cause) {
      if (!(cause instanceof ReferenceError)) throw cause;
      const message = `its aliases make it too large; expected not more than ${MAX_ALIASES} values by alias`;
      throw definitionError(path, [syntaxProblem(0, message)], (offset) => this.positionOf(offset));
    }
  }

  /** Line and column from 1. */
  positionOf(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  locate(keys: readonly PropertyKey[]): Place {
    const { node, depth, missing } = this.#walk(keys);
    return {
      keys: missing ? keys : keys.slice(0, depth),
      offset: node?.range?.[0] ?? 0,
      found: missing ? undefined : toPlain(node, this.#document),
    };
  }

  /** Where the key itself stands that `keys` ends in. */
  offsetOfKey(keys: readonly PropertyKey[]): number {
    const { node } = this.#walk(keys.slice(0, -1));
    const pair = isMap(node) ? findPair(node.items, keys.at(-1)) : undefined;
    return (pair?.key as Node | undefined)?.range?.[0] ?? node?.range?.[0] ?? 0;
  }

  /** Where the character `offset` of the text at `keys` stands in the file; the start of the text when that cannot be said. */
  offsetInText(keys: readonly PropertyKey[], offset: number): number {
    const { node } = this.#walk(keys);
    if (!isScalar(node) || typeof node.value !== 'string') return node?.range?.[0] ?? 0;
    return offsetInSource(this.#text, node as Scalar<string>, offset);
  }

  /** Goes down as far as there are nodes; `missing` when a map or list has no such key. */
  #walk(keys: readonly PropertyKey[]): { node: Node | null; depth: number; missing: boolean } {
    let node = this.#resolve(this.#document.contents);
    for (const [depth, key] of keys.entries()) {
      if (!isMap(node) && !isSeq(node)) return { node, depth, missing: false };
      const child = isMap(node) ? findPair(node.items, key)?.value : node.items[Number(key)];
      if (child === undefined) return { node, depth, missing: true };
      node = this.#resolve(child as Node | null);
    }
    return { node, depth: keys.length, missing: false };
  }

  #resolve(node: Node | null): Node | null {
    return isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
  }
}

function syntaxProblems(document: Document, text: string): Problem[] {
  const problems = [...document.errors, ...document.warnings].map(({ code, pos: [offset], message }) => {
    switch (code) {
      case 'DUPLICATE_KEY':
        return syntaxProblem(
          offset,
          `the key ${/^[^\s:]*/.exec(text.slice(offset))?.[0]} stands in this map twice; expected once`,
        );
      case 'MULTIPLE_DOCS':
        return syntaxProblem(offset, 'a second document begins; expected one document in the file');
      default:
        return syntaxProblem(offset, `this is not valid YAML: ${message}`);
    }
  });
  return [...problems, ...aliasProblems(document)];
}

/** An alias that names no anchor, or the very value that it stands in. */
function aliasProblems(document: Document): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias(_key, alias, ancestors) {
      const target = alias.resolve(document);
      if (target !== undefined && !ancestors.includes(target)) return;
      const message = `the alias *${alias.source} ${target === undefined ? 'names no anchor before it' : 'stands inside its own anchor'}`;
      problems.push(syntaxProblem(alias.range?.[0] ?? 0, `${message}; expected the name of an earlier anchor`));
    },
  });
  return problems;
}

function syntaxProblem(offset: number, message: string): Problem {
  return { code: 'HM_DEFINITION_002', offset, keys: [], message };
}

function findPair(items: readonly Pair[], key: PropertyKey | undefined): Pair | undefined {
  return items.find((pair) => String(isScalar(pair.key) ? pair.key.value : pair.key) === String(key));
}

function toPlain(node: Node | null, document: Document): unknown {
  if (node === null) return null;
  return node instanceof Scalar ? node.value : node.toJS(document);
}
