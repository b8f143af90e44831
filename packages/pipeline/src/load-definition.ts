import { dirname, resolve } from 'node:path';
import { compileProgram } from './compile-program.ts';
import { hashDefinition } from './definition-hash.ts';
import { type Definition, definitionSchema } from './definition-schema.ts';
import { DefinitionDocument } from './document/definition-document.ts';
import { issueProblems } from './document/issue-problems.ts';
import { kafkaFieldProblems } from './document/kafka-field-problems.ts';
import { definitionError, type Problem } from './document/problem.ts';
import { type Substituted, type Surroundings, substitute } from './document/substitution.ts';
import type { Program } from './program.ts';

/** The text of a definition file, and what it can refer to. */
export interface DefinitionInput extends Surroundings {
  readonly text: string;
}

/** A definition that was checked and compiled. */
export interface LoadedDefinition {
  /** Paths are absolute. */
  readonly definition: Definition;
  readonly program: Program;
  /** sha256 (hex) of all in the definition that shapes the output. */
  readonly definitionHash: string;
  /** Absolute path of the definition's file. */
  readonly path: string;
}

/** The keys that hold a secret. */
const SECRETS = [
  ['source', 'secretAccessKey'],
  ['source', 'sasl', 'password'],
  ['source', 'tls', 'key'],
  ['output', 'secretAccessKey'],
  ['druid', 'password'],
] as const;

/**
 * Checks and compiles a definition file. Reads nothing but what `input` gives.
 * @param path of the definition's file; paths in the definition are relative to its folder, errors name it as given
 * @throws one HM_DEFINITION_002 (YAML), 003 (shape), 004 (`${…}`) or 005 (filter) that lists every problem of the file
 *   with line, column, key path, what was found and what was expected
 */
export function loadDefinition(path: string, input: DefinitionInput): LoadedDefinition {
  const absolute = resolve(path);
  const folder = dirname(absolute);
  const document = new DefinitionDocument(input.text, path);
  const substituted = substitute(document.value, folder, input);
  // The words are found afterwards, where the place in the file is known. Code made to measure is not worth it for one parse.
  const parsed = definitionSchema.safeParse(substituted.value, { error: () => '', jitless: true });
  const problems = [
    ...referenceProblems(document, substituted),
    ...plainSecrets(document, substituted),
    ...issueProblems(parsed.error?.issues ?? [], { document, substituted, schema: definitionSchema }),
    ...(parsed.data === undefined ? [] : kafkaFieldProblems(parsed.data, document, substituted)),
  ];
  if (parsed.data === undefined || problems.length > 0) {
    throw definitionError(path, withoutFollowUps(problems), (offset) => document.positionOf(offset));
  }
  const program = compileProgram(parsed.data);
  return {
    definition: resolvePaths(parsed.data, folder),
    program,
    definitionHash: hashDefinition(parsed.data, program),
    path: absolute,
  };
}

function referenceProblems(document: DefinitionDocument, { troubles }: Substituted): Problem[] {
  return troubles.map(({ keys, offset, message }) => ({
    code: 'HM_DEFINITION_004',
    keys,
    offset: document.offsetInText(keys, offset),
    message,
  }));
}

function plainSecrets(document: DefinitionDocument, { holds }: Substituted): Problem[] {
  return SECRETS.flatMap((keys): Problem[] => {
    const { keys: reached, found, offset } = document.locate(keys);
    if (reached.length < keys.length || typeof found !== 'string' || found === '' || holds(keys)) return [];
    const message = `found a secret in the file (not shown): expected "\${env:NAME}" or "\${file:PATH}"`;
    return [{ code: 'HM_DEFINITION_003', keys, offset, message }];
  });
}

/** A text whose reference leads nowhere is not judged any further. */
function withoutFollowUps(problems: readonly Problem[]): Problem[] {
  const unresolved = problems.filter(({ code }) => code === 'HM_DEFINITION_004').map(({ keys }) => keys.join('\0'));
  return problems.filter(({ code, keys }) => code === 'HM_DEFINITION_004' || !unresolved.includes(keys.join('\0')));
}

function resolvePaths(definition: Definition, folder: string): Definition {
  const { source, output } = definition;
  const store =
    output.store.type === 'file' ? { ...output.store, path: resolve(folder, output.store.path) } : output.store;
  return { ...definition, source: resolveSourcePaths(source, folder), output: { ...output, store } };
}

function resolveSourcePaths(source: Definition['source'], folder: string): Definition['source'] {
  switch (source.type) {
    case 'files':
      return { ...source, paths: source.paths.map((path) => resolve(folder, path)) };
    case 's3':
      return source;
    case 'kafka': {
      const { sasl } = source.connection;
      if (sasl?.mechanism !== 'OAUTHBEARER') return source;
      const tokenProvider = resolve(folder, sasl.tokenProvider);
      return { ...source, connection: { ...source.connection, sasl: { ...sasl, tokenProvider } } };
    }
  }
}
