// A record -> a template. The record is known to be good JSON; rare.
import {
  CLOSE_OBJECT,
  COLON,
  COMMA,
  MINUS,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  ZERO,
  skipSpace,
} from './bytes';
import { NONE, ROOT, fieldOf, hasChildren } from './key-tree';
import { numberEnd } from './number';
import { keyAt, keyLength, keyNode, readKey, readValue } from './record';
import { finishString, stringStop } from './string';
import {
  ANY_VALUE,
  END,
  NUMBER_VALUE,
  RECORD,
  STRING_VALUE,
  WORD_VALUE,
  addElement,
  addScope,
  depthOfScope,
  dropTemplate,
  knowsNode,
  newTemplate,
  nodeOfScope,
  parentOfScope,
  sampleLength,
  sampleOf,
} from './template';

/** Longer records are not learned from. */
const MAX_SAMPLE: usize = 65536;
/** Objects nested deeper than this are one value. */
const MAX_SCOPE_DEPTH: i32 = 16;

/** A template of the record [start, end), whose spans in the block it does not touch; 0 when there can be none. */
export function learn(start: usize, end: usize): usize {
  if (end - start > MAX_SAMPLE) return 0;
  const members = <usize>countColons(start, end);
  const template = newTemplate(members + 1, members + 1, start, end - start);
  const sample = sampleOf(template);
  const sampleEnd = sample + sampleLength(template);
  let literal = sample;
  let p = skipSpace(sample) + 1;
  let scope = addScope(template, RECORD, ROOT, sample, 0);
  while (true) {
    p = skipSpace(p);
    const c = <u32>load<u8>(p);
    if (c == COMMA) {
      p++;
    } else if (c == CLOSE_OBJECT) {
      p++;
      if (scope == RECORD) break;
      scope = parentOfScope(template, scope);
    } else {
      p = readKey(p, nodeOfScope(template, scope));
      const node = keyNode;
      if (node != NONE) if (knowsNode(template, node)) {
        // Of a wanted key that comes twice the last counts, and elements know nothing of one another.
        dropTemplate(template);
        return 0;
      }
      const field = fieldOf(node);
      const kind = kindAt(p);
      if (kind == ANY_VALUE && opensScope(p, node) && depthOfScope(template, scope) < MAX_SCOPE_DEPTH) {
        scope = addScope(template, scope, hasChildren(node) ? node : NONE, keyAt, keyLength);
        p++;
      } else {
        const value = kind == STRING_VALUE ? p + 1 : p;
        addElement(template, literal, value - literal, kind, field, node, keyAt, keyLength, scope);
        const behind = behindValue(p, kind);
        literal = kind == STRING_VALUE ? behind - 1 : behind;
        p = behind;
      }
    }
  }
  addElement(template, literal, sampleEnd - literal, END, -1, NONE, sample, 0, RECORD);
  return template;
}

/** An object that is not empty, and of which nobody wants the whole. */
function opensScope(p: usize, node: u32): bool {
  return <u32>load<u8>(p) == OPEN_OBJECT && <u32>load<u8>(skipSpace(p + 1)) != CLOSE_OBJECT && fieldOf(node) < 0;
}

function kindAt(p: usize): u32 {
  const c = <u32>load<u8>(p);
  if (c == QUOTE) return STRING_VALUE;
  if (c == OPEN_OBJECT || c == OPEN_LIST) return ANY_VALUE;
  return c == MINUS || c - ZERO <= 9 ? NUMBER_VALUE : WORD_VALUE;
}

function behindValue(p: usize, kind: u32): usize {
  if (kind == STRING_VALUE) return finishString(stringStop(p + 1)) + 1;
  if (kind == NUMBER_VALUE) return numberEnd(p);
  return readValue(0, p, NONE, 0);
}

/** At least as many as the record has members. */
function countColons(start: usize, end: usize): u32 {
  let count: u32 = 0;
  for (let p = start; p < end; p++) count += <u32>(<u32>load<u8>(p) == COLON);
  return count;
}
