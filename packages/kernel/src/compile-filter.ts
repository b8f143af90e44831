import type { Comparison, FieldPath, Filter, Literal, NumberLiteral } from '@hourmill/pipeline';
import { FilterProgram, INSTRUCTION } from './filter/filter-program.ts';
import { likeSteps } from './filter/like-steps.ts';
import { literalBytes } from './filter/literal-bytes.ts';
import { numberThresholds } from './filter/number-thresholds.ts';
import type { Kernel } from './kernel.ts';

/**
 * Compiles a filter for the kernel's operator `applyFilter`. Once for an instance of the kernel.
 * @param fieldOf the number of the field at a path
 */
export function compileFilter(kernel: Kernel, filter: Filter, fieldOf: (path: FieldPath) => number): void {
  const program = new FilterProgram();
  compile(program, filter, fieldOf);
  program.install(kernel);
}

function compile(program: FilterProgram, filter: Filter, fieldOf: (path: FieldPath) => number): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      compile(program, filter.left, fieldOf);
      compile(program, filter.right, fieldOf);
      program.combine(filter.kind === 'and' ? INSTRUCTION.and : INSTRUCTION.or);
      break;
    case 'not':
      compile(program, filter.operand, fieldOf);
      program.negate();
      break;
    case 'compare':
      compileComparison(program, fieldOf(filter.field), filter.operator, filter.literal);
      break;
    case 'in':
      compileIn(program, fieldOf(filter.field), filter.literals);
      break;
    case 'isNull':
      program.predicate({ kind: INSTRUCTION.isNull, field: fieldOf(filter.field), truths: 0, at: 0, length: 0 });
      break;
    case 'like': {
      const steps = likeSteps(filter.pattern, filter.escape);
      const at = program.literal(wordBytes(steps));
      const field = fieldOf(filter.field);
      program.predicate({ kind: INSTRUCTION.like, field, truths: 0, at, length: steps.length });
      break;
    }
  }
}

function compileComparison(program: FilterProgram, field: number, operator: Comparison, literal: Literal): void {
  const truths = TRUTHS[operator];
  switch (literal.kind) {
    case 'string': {
      const bytes = literalBytes(literal.value);
      const at = program.literal(bytes);
      program.predicate({ kind: INSTRUCTION.compareString, field, truths, at, length: bytes.length });
      break;
    }
    case 'number': {
      const at = program.literal(thresholdBytes(literal));
      program.predicate({ kind: INSTRUCTION.compareNumber, field, truths, at, length: 0 });
      break;
    }
    case 'boolean': {
      const length = literal.value ? 1 : 0;
      program.predicate({ kind: INSTRUCTION.compareBoolean, field, truths, at: 0, length });
      break;
    }
  }
}

/** A list is searched at once for each kind of literal; numbers that are no int64, and booleans, one by one. */
function compileIn(program: FilterProgram, field: number, literals: readonly Literal[]): void {
  const strings = literals.filter((literal) => literal.kind === 'string').map(({ value }) => literalBytes(value));
  const numbers = literals.filter((literal) => literal.kind === 'number');
  const integers = numbers.map(integerOf).filter((integer) => integer !== null);
  const others = literals.filter(({ kind }) => kind === 'boolean').concat(numbers.filter((n) => integerOf(n) === null));

  const predicates: (() => void)[] = others.map((other) => () => compileComparison(program, field, '=', other));
  if (strings.length > 0) predicates.push(() => compileInStrings(program, field, strings));
  if (integers.length > 0) predicates.push(() => compileInIntegers(program, field, integers));
  predicates.forEach((predicate, index) => {
    predicate();
    if (index > 0) program.combine(INSTRUCTION.or);
  });
}

/** The list's layout is that of `assembly/filter/string-predicates.ts`. */
function compileInStrings(program: FilterProgram, field: number, literals: readonly Uint8Array[]): void {
  const entries = literals.toSorted(Buffer.compare).map((bytes) => {
    const entry = Buffer.alloc(16);
    entry.set(bytes.subarray(0, 8));
    entry.writeUInt32LE(bytes.length, 8);
    entry.writeUInt32LE(program.literal(bytes), 12);
    return entry;
  });
  const at = program.literal(Buffer.concat(entries));
  program.predicate({ kind: INSTRUCTION.inStrings, field, truths: 0, at, length: literals.length });
}

function compileInIntegers(program: FilterProgram, field: number, literals: readonly bigint[]): void {
  const sorted = BigInt64Array.from(literals).sort();
  const at = program.literal(new Uint8Array(sorted.buffer));
  program.predicate({ kind: INSTRUCTION.inIntegers, field, truths: 0, at, length: literals.length });
}

/** The literal as an int64; null if it is none. */
function integerOf(literal: NumberLiteral): bigint | null {
  const [threshold] = numberThresholds(literal.text);
  return threshold?.exact === true ? threshold.floor : null;
}

/** What the kernel compares values with: see `assembly/filter/number-predicates.ts`. */
function thresholdBytes(literal: NumberLiteral): Uint8Array {
  const words = numberThresholds(literal.text).flatMap(({ floor, exact }) => [floor, exact ? 1n : 0n]);
  return new Uint8Array(BigInt64Array.from(words).buffer);
}

function wordBytes(words: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(words).buffer);
}

const TRUE = 1;
const FALSE = 2;

/** The truths of each operator: see `assembly/filter/truth.ts`. */
const TRUTHS: Readonly<Record<Comparison, number>> = {
  '=': truths(FALSE, TRUE, FALSE),
  '!=': truths(TRUE, FALSE, TRUE),
  '<': truths(TRUE, FALSE, FALSE),
  '<=': truths(TRUE, TRUE, FALSE),
  '>': truths(FALSE, FALSE, TRUE),
  '>=': truths(FALSE, TRUE, TRUE),
};

function truths(less: number, equal: number, greater: number): number {
  return less | (equal << 2) | (greater << 4);
}
