// What happens to a row where its text is not what the template has there. It need not be lost:
//  - the string before holds escapes or characters beyond ASCII: that string is finished by hand;
//  - a field is missing, as it was in rows before: the row goes on behind it (edges.ts);
//  - a field is missing, new, null or written otherwise: members are read one by one, by the general way, until one is found
//    that the template has further on; behind that one the row waits for the columns to come.
// A row that cannot be helped leaves the template.
import { rowEnd, spanAt } from '../block';
import { CLOSE_OBJECT, COMMA, OPEN_OBJECT, QUOTE, skipSpace } from './bytes';
import { NONE, hasChildren } from './key-tree';
import { clearBelow, keyAt, keyLength, keyNode, readKey, readValue, setSpan, setString } from './record';
import { done, leave, liveRow, strayed, wait } from './rows';
import { finishString, sawEscape, stringStop } from './string';
import { addEdge, edgeEnd, findEdge } from './edges';
import { KIND_SHIFT, STRING } from '../layout';
import {
  ELEMENT,
  END,
  RECORD,
  STRING_VALUE,
  depthOfScope,
  endOfElements,
  fieldOfElement,
  findElement,
  findScope,
  firstElement,
  firstOfScope,
  kindOf,
  knowsNode,
  literalMatches,
  nodeOf,
  nodeOfScope,
  parentOfScope,
  scopeOf,
} from './template';

/** Members in a row that a template does not know, after which the row is given up. */
const MAX_STRANGERS: i32 = 16;

/** Where rows that differ should rather try another template, one of so many takes a detour all the same, to find edges. */
const SCOUTS: u32 = 32;

let template: usize = 0;
let mayDetour: bool = false;
let isLast: bool = false;
let scout: u32 = 0;

/** Detours on which members were met that the template does not know. */
export let strangeRows: i32 = 0;
/** The row of the last of them. */
export let lastStrange: usize = 0;

/**
 * Says what is being matched. Without `detour`, rows that differ are left to another template or to the general reading; those
 * that differ from the start are so unless this is the last template.
 */
export function matchWith(wanted: usize, detour: bool, last: bool): void {
  template = wanted;
  mayDetour = detour;
  isLast = last;
}

export function countStrangers(from: i32): void {
  strangeRows = from;
}

/**
 * The k-th row does not have the literal of this element at its cursor. Returns the cursor at which it has it after all, or 0
 * when the row has left the list: finished, waiting further on, or given up.
 */
export function literalMissed(element: usize, k: usize, p: usize): usize {
  const row = <usize>load<u32>(liveRow + k) >> 2;
  const before = element - ELEMENT;
  if (element == firstElement(template)) {
    if (!isLast) return leave(k);
  } else if (kindOf(before) == STRING_VALUE) {
    if (<u32>load<u8>(p) != QUOTE) {
      p = finishString(p);
      if (!p) return leave(k);
      const field = fieldOfElement(before);
      if (field >= 0) setString(field, row, load<u32>(spanAt(field) + 4 * row), p, sawEscape);
      if (literalMatches(element, p)) return p;
    }
  }
  const next = findEdge(element, p);
  if (next) {
    if (takeEdge(row, next, edgeEnd)) return leave(k);
  }
  if (mayDetour || ++scout % SCOUTS == 0) {
    store<u8>(strayed + row, 1);
    detour(row, element, p, next == 0);
  }
  return leave(k);
}

/** Goes on at this element, whose value (or, at the END, line end) is to stand at `p`; false when there is no such value. */
function takeEdge(row: usize, element: usize, p: usize): bool {
  if (kindOf(element) == END) {
    if (skipSpace(p) == <usize>load<u32>(rowEnd + 4 * row)) store<u8>(done + row, 1);
    return true;
  }
  const behind = readElement(element, row, p);
  if (behind) wait(row, element + ELEMENT, behind);
  return behind != 0;
}

/** Reads the value of one row at an element by the general way, and sets its spans; returns the cursor behind it, or 0. */
export function readElement(element: usize, row: usize, p: usize): usize {
  if (kindOf(element) != STRING_VALUE) {
    return readValue(row, p, nodeOf(element), depthOfScope(template, scopeOf(element)));
  }
  const end = stringStop(p);
  const field = fieldOfElement(element);
  if (field >= 0) setSpan(field, row, p, <u32>(end - p) | (STRING << KIND_SHIFT));
  return end;
}

/**
 * Reads members from behind the value before `element` until the row can wait at a later element, or ends. The wanted fields
 * of a template come once and in its order: one that comes anywhere else gives the row up.
 */
function detour(row: usize, element: usize, p: usize, isNew: bool): void {
  const astray = element;
  const start = p;
  let scope = RECORD;
  let opened = false;
  if (element == firstElement(template)) {
    p = skipSpace(p);
    if (<u32>load<u8>(p) != OPEN_OBJECT) return;
    p++;
    opened = true;
  } else {
    if (kindOf(element - ELEMENT) == STRING_VALUE) p++;
    scope = scopeOf(element - ELEMENT);
  }
  // Whether the text since `start` makes an edge: it is the same wherever the same fields are missing.
  let plain = isNew;
  for (let strangers = 0; strangers < MAX_STRANGERS; ) {
    p = skipSpace(p);
    const c = <u32>load<u8>(p);
    if (c == CLOSE_OBJECT) {
      p++;
      opened = false;
      if (scope == RECORD) {
        if (skipSpace(p) != <usize>load<u32>(rowEnd + 4 * row)) return;
        store<u8>(done + row, 1);
        if (plain) addEdge(astray, start, p, endOfElements(template) - ELEMENT);
        return;
      }
      scope = parentOfScope(template, scope);
      continue;
    }
    if (!opened) {
      if (c != COMMA) return;
      p = skipSpace(p + 1);
    }
    opened = false;
    p = readKey(p, nodeOfScope(template, scope));
    if (!p) return;
    const depth = depthOfScope(template, scope);
    const known = findElement(template, element, scope, keyAt, keyLength);
    if (known) {
      const isString = <u32>load<u8>(p) == QUOTE;
      const wantsString = kindOf(known) == STRING_VALUE;
      const value = p;
      p = readValue(row, p, nodeOf(known), depth);
      if (!p) return;
      element = known + ELEMENT;
      if (wantsString == isString) if (plain) addEdge(astray, start, value + <usize>isString, known);
      plain = false;
      if (!wantsString) return wait(row, element, p);
      if (isString) return wait(row, element, p - 1);
      continue;
    }
    const inner = findScope(template, element, scope, keyAt, keyLength);
    if (inner != RECORD) {
      const first = firstOfScope(template, inner);
      if (<u32>load<u8>(p) == OPEN_OBJECT) {
        if (hasChildren(nodeOfScope(template, inner))) clearBelow(row, nodeOfScope(template, inner));
        element = first;
        scope = inner;
        opened = true;
        p++;
      } else {
        element = first + ELEMENT;
        plain = false;
        p = readValue(row, p, nodeOfScope(template, inner), depth);
        if (!p) return;
      }
      continue;
    }
    const node = keyNode;
    if (node != NONE) {
      if (knowsNode(template, node)) return;
      if (hasChildren(node)) clearBelow(row, node);
    }
    if (!strangers) strangeRows++;
    strangers++;
    lastStrange = row;
    plain = false;
    p = readValue(row, p, node, depth);
    if (!p) return;
  }
}
