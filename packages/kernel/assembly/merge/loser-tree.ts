// Which of up to n sorted inputs has the smallest key: a loser tree. Each inner node holds the input that lost there, so
// that a new key of the winner meets one input a level: with two inputs one comparison a key.
//
// The inputs' next keys (u64, or the first eight bytes of a longer one) lie here; where they are equal, the tree asks `tie`, which
// looks at the rest. An input that has ended has the key ENDED and loses every tie. Of equal inputs the first wins. There is one
// tree at a time: `openTree` starts anew.
import { allocate, release } from '../memory';

export const ENDED: u64 = 0xffffffffffffffff;

/** The inputs' next keys: u64 by input. */
let keys: usize = 0;
/** The winner i32, then the losers i32 of nodes 1 to inputs - 1. Input i stands under node (inputs + i) / 2. */
let nodes: usize = 0;
let inputs: i32 = 0;
let isBefore: (a: i32, b: i32) => bool = never;

function never(_a: i32, _b: i32): bool {
  return false;
}

/** `tie(a, b)`: whether input a stands before b, when their keys are equal. Keys are set with `setKey`, then `playAll` is called. */
export function openTree(count: i32, tie: (a: i32, b: i32) => bool): void {
  if (keys) {
    release(keys, 8 * <usize>inputs);
    release(nodes, 4 * <usize>inputs);
  }
  inputs = count;
  keys = allocate(8 * <usize>count);
  nodes = allocate(4 * <usize>count);
  isBefore = tie;
}

// @ts-ignore: decorator
@inline
export function setKey(input: i32, key: u64): void {
  store<u64>(keys + 8 * <usize>input, key);
}

// @ts-ignore: decorator
@inline
export function keyOf(input: i32): u64 {
  return load<u64>(keys + 8 * <usize>input);
}

// @ts-ignore: decorator
@inline
export function winner(): i32 {
  return load<i32>(nodes);
}

/** Plays the whole tournament. */
export function playAll(): void {
  store<i32>(nodes, play(1));
}

function play(node: i32): i32 {
  if (node >= inputs) return node - inputs;
  const a = play(2 * node);
  const b = play(2 * node + 1);
  const first = wins(a, b);
  store<i32>(nodes + 4 * <usize>node, first ? b : a);
  return first ? a : b;
}

// @ts-ignore: decorator
@inline
function wins(a: i32, b: i32): bool {
  const x = keyOf(a);
  const y = keyOf(b);
  return x == y ? isBefore(a, b) : x < y;
}

/** After the winner's key has changed: finds the next winner. */
// @ts-ignore: decorator
@inline
export function playAgain(): i32 {
  let first = winner();
  for (let node = (inputs + first) >> 1; node > 0; node >>= 1) {
    const other = load<i32>(nodes + 4 * <usize>node);
    if (wins(other, first)) {
      store<i32>(nodes + 4 * <usize>node, first);
      first = other;
    }
  }
  store<i32>(nodes, first);
  return first;
}
