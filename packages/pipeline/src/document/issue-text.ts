import type * as z from 'zod';
import { kafkaClientKeyText } from './kafka-client-keys.ts';
import { suggest } from './suggestion.ts';

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of keys',
  array: 'a list',
};

/** A password that somebody put into an address. */
const USER_OF_ADDRESS = /\/\/[^/@]*@/;

/** The longest text that is shown whole. */
const MAX_SHOWN = 80;

/** A value as an error shows it. */
export function showFound(found: unknown): string {
  if (found === null) return 'nothing';
  if (Array.isArray(found)) return found.length === 0 ? 'an empty list' : 'a list';
  if (typeof found === 'object') return Object.keys(found).length === 0 ? 'an empty map' : 'a map of keys';
  if (typeof found !== 'string') return String(found);
  const shown = found.length > MAX_SHOWN ? `${found.slice(0, MAX_SHOWN)}…` : found;
  return JSON.stringify(shown.replace(USER_OF_ADDRESS, '//***@'));
}

/** What was expected at the place of a zod issue. What the schema itself says comes first. */
export function expectedText(issue: z.core.$ZodIssue, found: unknown): string {
  if (issue.message !== '') return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return oneOf(issue.values.map(String), found);
    case 'invalid_union':
      return unionText(issue, found);
    case 'too_small':
      return boundText(issue.origin, `at least ${issue.minimum}`);
    case 'too_big':
      return boundText(issue.origin, `at most ${issue.maximum}`);
    default:
      return `expected another value (${issue.code})`;
  }
}

function oneOf(names: readonly string[], found: unknown): string {
  const nearest = typeof found === 'string' ? suggest(found, names) : null;
  const listed = names.map((name) => `"${name}"`).join(', ');
  const expected = names.length === 1 ? `expected ${listed}` : `expected one of ${listed}`;
  return nearest === null || names.length === 1 ? expected : `did you mean "${nearest}"? ${expected}`;
}

function unionText(issue: z.core.$ZodIssueInvalidUnion, found: unknown): string {
  if ('options' in issue && Array.isArray(issue.options)) return oneOf(issue.options.map(String), found);
  const types = issue.errors.flatMap(([first]) =>
    first?.code === 'invalid_type' ? [TYPE_NAMES[first.expected] ?? first.expected] : [],
  );
  return `expected ${types.join(' or ')}`;
}

function boundText(origin: string, bound: string): string {
  if (origin === 'array') return `expected a list of ${bound}`;
  return origin === 'string' ? `expected a text of ${bound} characters` : `expected ${bound}`;
}

/** What to say of a key that the map does not have. */
export function unknownKeyText(key: string, known: readonly string[]): string {
  const nearest = suggest(key, known);
  const hint = nearest === null ? kafkaClientKeyText(key, known) : `did you mean "${nearest}"?`;
  return `unknown key; ${hint === null ? '' : `${hint} `}expected one of ${known.join(', ')}`;
}
