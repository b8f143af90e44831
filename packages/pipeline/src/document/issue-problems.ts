import type * as z from 'zod';
import type { DefinitionDocument, Place } from './definition-document.ts';
import { expectedText, showFound, unknownKeyText } from './issue-text.ts';
import { knownKeys } from './known-keys.ts';
import type { Problem } from './problem.ts';
import type { Substituted } from './substitution.ts';

/** How much of a long filter is shown to either side of the caret. */
const EXCERPT_SIDE = 60;

interface FileFacts {
  readonly document: DefinitionDocument;
  readonly substituted: Substituted;
  readonly schema: z.core.$ZodType;
}

/** What zod says of the definition, at its places in the file. */
export function issueProblems(issues: readonly z.core.$ZodIssue[], facts: FileFacts): Problem[] {
  return issues.flatMap(narrow).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue, facts);
    return issueProblem(issue, facts);
  });
}

/** Of a union, the issues of the one kind of value that this is: a map is judged as a map, not for being no text. */
function narrow(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const candidates = issue.errors.filter(
    (branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  const [only] = candidates;
  if (only === undefined || candidates.length > 1) return [issue];
  return only.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }) as z.core.$ZodIssue).flatMap(narrow);
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, { document, substituted, schema }: FileFacts): Problem[] {
  const known = knownKeys(schema, issue.path, substituted.value);
  return issue.keys.map((key) => {
    const keys = [...issue.path, key];
    return { code: 'HM_DEFINITION_003', keys, offset: document.offsetOfKey(keys), message: unknownKeyText(key, known) };
  });
}

function issueProblem(issue: z.core.$ZodIssue, facts: FileFacts): Problem {
  const { keys, offset, found } = facts.document.locate(issue.path);
  const hidden = facts.substituted.holds(keys);
  if (issue.code === 'custom' && issue.params?.offset !== undefined) {
    return parseProblem(issue, { keys, offset, found }, hidden, facts.document);
  }
  const what =
    found === undefined ? 'missing' : `found ${showFound(found)}${hidden ? ' (its value is not shown)' : ''}`;
  return { code: 'HM_DEFINITION_003', keys, offset, message: `${what}: ${expectedText(issue, found)}` };
}

/** A text that does not parse: says where in the text, and shows a filter. Nothing of it when it came from outside. */
function parseProblem(
  issue: z.core.$ZodIssueCustom,
  place: Place,
  hidden: boolean,
  document: DefinitionDocument,
): Problem {
  const { keys, offset, found } = place;
  const inside = Number(issue.params?.offset);
  const isFilter = issue.params?.code === 'HM_DEFINITION_005';
  const code = isFilter ? 'HM_DEFINITION_005' : 'HM_DEFINITION_003';
  if (hidden) {
    const expected = isFilter ? 'a filter' : 'a name of a field or a path';
    const message = `found ${showFound(found)}: with its value (not shown) it does not parse at character ${inside + 1}; expected ${expected}`;
    return { code, keys, offset, message };
  }
  const exact = document.offsetInText(keys, inside);
  if (!isFilter) return { code, keys, offset: exact, message: `found ${showFound(found)}: ${issue.message}` };
  const excerpt = pointInto(String(found), inside);
  return { code, keys, offset: exact, message: `at character ${inside + 1}: ${issue.message}`, excerpt };
}

/** The line of the text with a caret under the character. */
function pointInto(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd);
  const column = offset - lineStart;
  const from = Math.max(0, column - EXCERPT_SIDE);
  const shown = line.slice(from, column + EXCERPT_SIDE).trimEnd();
  const before = line.slice(from, column).replace(/[^\t]/g, ' ');
  return `    ${shown}\n    ${before}^`;
}
