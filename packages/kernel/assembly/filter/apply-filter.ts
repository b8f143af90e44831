// The filter of a program, over a block.
//
// Reads the spans of its fields; sets FILTERED on the rows for which it is not true, and PUNT on those that it cannot decide.
// The program is in postfix order, made by the host (src/compile-filter.ts), in one piece of memory:
//
//   instruction  20 bytes each:  kind u32 | field u32 | truths u32 | at u32 | length u32
//   literals     behind the last instruction; `at` counts from there, and places in lists do
//
// by kind:            truths            at, length
//   COMPARE_STRING    see truth.ts      the literal's bytes
//   COMPARE_NUMBER    see truth.ts      its thresholds, see number-predicates.ts
//   COMPARE_BOOLEAN   see truth.ts      length: 0 false, 1 true
//   IN_STRINGS                          the list of string-predicates.ts, literals
//   IN_INTEGERS                         the list, integers
//   IS_NULL
//   LIKE                                the steps of like.ts, steps
//   AND, OR, NOT      no field: the one or two truths on top of the stack
import { FILTERED, PUNT } from '../layout';
import { blockRows, flags, ROOM } from '../block';
import { allocateZeroed } from '../memory';
import { compareBooleans, isNull } from './kind-predicates';
import { isLike } from './like';
import { compareNumbers, isInIntegers } from './number-predicates';
import { forgetNumbers } from './numbers';
import { compareStrings, isInStrings } from './string-predicates';
import { andTruths, IS_TRUE, notTruths, orTruths } from './truth';

const COMPARE_STRING: u32 = 1;
const COMPARE_NUMBER: u32 = 2;
const COMPARE_BOOLEAN: u32 = 3;
const IN_STRINGS: u32 = 4;
const IN_INTEGERS: u32 = 5;
const IS_NULL: u32 = 6;
const LIKE: u32 = 7;
const AND: u32 = 8;
const OR: u32 = 9;
const NOT: u32 = 10;

const INSTRUCTION_BYTES: usize = 20;

let program: usize = 0;
let instructions: i32 = 0;
let literals: usize = 0;
let stack: usize = 0;

/** Once, before `applyFilter`. `depth`: the most truths that are on the stack at once. */
export function setFilter(at: usize, count: i32, depth: i32): void {
  program = at;
  instructions = count;
  literals = at + INSTRUCTION_BYTES * <usize>count;
  stack = allocateZeroed(ROOM * <usize>depth);
}

/** Both arguments are unused: every operator of a program has two. */
export function applyFilter(_a: i32, _b: i32): void {
  forgetNumbers();
  let top = stack;
  for (let i = 0; i < instructions; i++) top = run(program + INSTRUCTION_BYTES * <usize>i, top);
  const rows = blockRows;
  for (let r = 0; r < rows; r++) {
    if (load<u8>(stack + <usize>r) == IS_TRUE) continue;
    const flag = load<u8>(flags + <usize>r);
    if ((flag & PUNT) == 0) store<u8>(flags + <usize>r, flag | FILTERED);
  }
}

/** Runs one instruction; `top` is where the next truth goes. Returns the new top. */
function run(instruction: usize, top: usize): usize {
  const kind = load<u32>(instruction);
  if (kind == NOT) {
    notTruths(top - ROOM);
    return top;
  }
  if (kind == AND || kind == OR) {
    if (kind == AND) andTruths(top - 2 * ROOM, top - ROOM);
    else orTruths(top - 2 * ROOM, top - ROOM);
    return top - ROOM;
  }
  const field = load<i32>(instruction, 4);
  const truths = load<u32>(instruction, 8);
  const at = literals + <usize>load<u32>(instruction, 12);
  const length = load<u32>(instruction, 16);
  switch (kind) {
    case COMPARE_STRING:
      compareStrings(field, truths, at, length, top);
      break;
    case COMPARE_NUMBER:
      compareNumbers(field, truths, at, top);
      break;
    case COMPARE_BOOLEAN:
      compareBooleans(field, truths, length, top);
      break;
    case IN_STRINGS:
      isInStrings(field, literals, at, length, top);
      break;
    case IN_INTEGERS:
      isInIntegers(field, at, length, top);
      break;
    case IS_NULL:
      isNull(field, top);
      break;
    case LIKE:
      isLike(field, at, length, top);
      break;
    default:
      unreachable();
  }
  return top + ROOM;
}
