// Templates: what records of one producer have in common, learned from one of them. A record is then a row of elements:
// a literal (all bytes from the end of the value before: quote, comma, key, colon, opening quote) and a value.
// Nested objects are nothing special, their braces lie in the literals; `scopes` tell which object an element belongs to.
//
// One allocation:
//   header    32 bytes: bytes u32 | elements u32 | scopes u32 | hits u32 | sample u32 | sample's length u32
//                       | scopes' address u32 | gain i32
//   element   48 bytes: literal u32 | its length u32 | kind u32 | field i32 | node u32 | key u32 | its length u32
//                       | scope u32 | waiting u32 | edges u32 | unused 8    the last element is END and has no value
//   scope     24 bytes: parent u32 | node u32 | key u32 | its length u32 | first element u32 | depth u32;  0 is the record
//   sample    the record it was learned from; literals and keys are addresses in it
//
// `waiting` heads the list of rows that enter the template at this element: 0 or 1 + row, see rows.ts. `edges` are the ways
// that rows took past this element, see edges.ts: 0, or a block of EDGES_BYTES.
import { SLACK } from '../layout';
import { allocate, release } from '../memory';
import { sameBytes } from './bytes';

// Kinds of elements. Behind a STRING_VALUE the cursor stands at its closing quote, behind any other just behind the value.
export const STRING_VALUE: u32 = 1;
/** A number, or by the slow way anything. */
export const NUMBER_VALUE: u32 = 2;
/** true, false or null, or by the slow way anything. */
export const WORD_VALUE: u32 = 3;
/** Any value, by the slow way. */
export const ANY_VALUE: u32 = 4;
/** No value: the record ends here. */
export const END: u32 = 5;

export const ELEMENT: usize = 48;
/** Room for the edges of an element. */
export const EDGES_BYTES: usize = 4 * 80;
const HEADER: usize = 32;
const SCOPE: usize = 24;
/** The record itself as a scope. */
export const RECORD: u32 = 0;

/** Room for a template of so many elements and scopes at most, and for the sample, which it copies. */
export function newTemplate(elements: usize, scopes: usize, sampleAt: usize, sampleLength: usize): usize {
  const bytes = HEADER + ELEMENT * elements + SCOPE * scopes + sampleLength + SLACK;
  const template = allocate(bytes);
  memory.fill(template, 0, HEADER);
  const sample = template + HEADER + ELEMENT * elements + SCOPE * scopes;
  memory.copy(sample, sampleAt, sampleLength);
  memory.fill(sample + sampleLength, 0x0a, SLACK);
  store<u32>(template, <u32>bytes);
  store<u32>(template, <u32>(template + HEADER + ELEMENT * elements), 24);
  store<u32>(template, <u32>sample, 16);
  store<u32>(template, <u32>sampleLength, 20);
  return template;
}

export function dropTemplate(template: usize): void {
  const end = endOfElements(template);
  for (let element = firstElement(template); element < end; element += ELEMENT) {
    if (edgesOf(element)) release(edgesOf(element), EDGES_BYTES);
  }
  release(template, load<u32>(template));
}

export function addElement(
  template: usize,
  literal: usize,
  length: usize,
  kind: u32,
  field: i32,
  node: u32,
  key: usize,
  keyLength: usize,
  scope: u32,
): void {
  const count = load<u32>(template, 4);
  const to = template + HEADER + ELEMENT * <usize>count;
  store<u32>(to, <u32>literal);
  store<u32>(to, <u32>length, 4);
  store<u32>(to, kind, 8);
  store<i32>(to, field, 12);
  store<u32>(to, node, 16);
  store<u32>(to, <u32>key, 20);
  store<u32>(to, <u32>keyLength, 24);
  store<u32>(to, scope, 28);
  store<u32>(to, 0, 32);
  store<u32>(to, 0, 36);
  store<u32>(template, count + 1, 4);
}

export function addScope(template: usize, parent: u32, node: u32, key: usize, keyLength: usize): u32 {
  const scope = load<u32>(template, 8);
  const to = scopeAt(template, scope);
  store<u32>(to, parent);
  store<u32>(to, node, 4);
  store<u32>(to, <u32>key, 8);
  store<u32>(to, <u32>keyLength, 12);
  store<u32>(to, <u32>endOfElements(template), 16);
  store<u32>(to, scope == RECORD ? 1 : depthOfScope(template, parent) + 1, 20);
  store<u32>(template, scope + 1, 8);
  return scope;
}

// @ts-ignore: decorator
@inline
function scopeAt(template: usize, scope: u32): usize {
  return <usize>load<u32>(template, 24) + SCOPE * <usize>scope;
}

export function sampleOf(template: usize): usize {
  return load<u32>(template, 16);
}
export function sampleLength(template: usize): usize {
  return load<u32>(template, 20);
}
export function elementCount(template: usize): u32 {
  return load<u32>(template, 4);
}
function scopeCount(template: usize): u32 {
  return load<u32>(template, 8);
}
/** Open lists and objects around the values of this scope. */
export function depthOfScope(template: usize, scope: u32): i32 {
  return load<i32>(scopeAt(template, scope), 20);
}
export function nodeOfScope(template: usize, scope: u32): u32 {
  return load<u32>(scopeAt(template, scope), 4);
}
export function parentOfScope(template: usize, scope: u32): u32 {
  return load<u32>(scopeAt(template, scope));
}
/** Its first element, or where that would stand. */
export function firstOfScope(template: usize, scope: u32): usize {
  return load<u32>(scopeAt(template, scope), 16);
}

/** Rows that this template has read, lately. */
export function hitsOf(template: usize): u32 {
  return load<u32>(template, 12);
}
export function setHits(template: usize, hits: u32): void {
  store<u32>(template, hits, 12);
}

/** Rows that detours brought home, against those that they did not, lately. */
export function gainOf(template: usize): i32 {
  return load<i32>(template, 28);
}
export function setGain(template: usize, gain: i32): void {
  store<i32>(template, gain, 28);
}

// @ts-ignore: decorator
@inline
export function firstElement(template: usize): usize {
  return template + HEADER;
}
// @ts-ignore: decorator
@inline
export function endOfElements(template: usize): usize {
  return template + HEADER + ELEMENT * <usize>load<u32>(template, 4);
}
// @ts-ignore: decorator
@inline
export function literalOf(element: usize): usize {
  return load<u32>(element);
}
// @ts-ignore: decorator
@inline
export function literalLength(element: usize): usize {
  return load<u32>(element, 4);
}
// @ts-ignore: decorator
@inline
export function kindOf(element: usize): u32 {
  return load<u32>(element, 8);
}
// @ts-ignore: decorator
@inline
export function fieldOfElement(element: usize): i32 {
  return load<i32>(element, 12);
}
// @ts-ignore: decorator
@inline
export function nodeOf(element: usize): u32 {
  return load<u32>(element, 16);
}
// @ts-ignore: decorator
@inline
export function scopeOf(element: usize): u32 {
  return load<u32>(element, 28);
}
// @ts-ignore: decorator
@inline
export function waitingAt(element: usize): u32 {
  return load<u32>(element, 32);
}
// @ts-ignore: decorator
@inline
export function setWaiting(element: usize, head: u32): void {
  store<u32>(element, head, 32);
}

// @ts-ignore: decorator
@inline
export function edgesOf(element: usize): usize {
  return load<u32>(element, 36);
}
export function setEdges(element: usize, edges: usize): void {
  store<u32>(element, <u32>edges, 36);
}

/** The first element from `from` on that has this key in this scope; 0 when none has. */
export function findElement(template: usize, from: usize, scope: u32, key: usize, length: usize): usize {
  const end = endOfElements(template) - ELEMENT;
  for (let element = from; element < end; element += ELEMENT) {
    if (load<u32>(element, 24) == <u32>length)
      if (scopeOf(element) == scope) if (sameBytes(load<u32>(element, 20), key, length)) return element;
  }
  return 0;
}

/** The scope that this key opens in a scope and that has not been left yet at `from`; RECORD when there is none. */
export function findScope(template: usize, from: usize, parent: u32, key: usize, length: usize): u32 {
  const count = scopeCount(template);
  for (let scope: u32 = 1; scope < count; scope++) {
    const at = scopeAt(template, scope);
    if (load<u32>(at) == parent)
      if (load<u32>(at, 12) == <u32>length)
        if (firstOfScope(template, scope) >= from) if (sameBytes(load<u32>(at, 8), key, length)) return scope;
  }
  return RECORD;
}

/** Whether an element or a scope is this wanted node. */
export function knowsNode(template: usize, node: u32): bool {
  const end = endOfElements(template);
  for (let element = firstElement(template); element < end; element += ELEMENT) {
    if (nodeOf(element) == node) return true;
  }
  const count = scopeCount(template);
  for (let scope: u32 = 1; scope < count; scope++) if (nodeOfScope(template, scope) == node) return true;
  return false;
}

/** Whether the text at `p` is this element's literal. */
export function literalMatches(element: usize, p: usize): bool {
  return sameBytes(p, literalOf(element), literalLength(element));
}

/** Whether two templates begin alike. */
export function beginAlike(a: usize, b: usize): bool {
  const length = literalLength(firstElement(a));
  if (length != literalLength(firstElement(b))) return false;
  return sameBytes(literalOf(firstElement(a)), literalOf(firstElement(b)), length);
}
