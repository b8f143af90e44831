// The general reading of JSON: any value, strictly by RFC 8259, without recursion, at about 1.6 ns a byte on a busy machine. Reads the text of a
// row; writes the spans of the wanted fields that lie in it. The LF behind a record ends every loop: no bounds are checked.
//
// A frame for each open list or object, 12 bytes:  is it an object u32 | its node u32 | its first byte u32
import { allocate } from '../memory';
import { rowEnd, rowStart, fieldCount, spanAt, spanOf } from '../block';
import { FALSE, KIND_SHIFT, LIST, NULL, NUMBER, OBJECT, STRING, TRUE } from '../layout';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  LETTER_E,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  WORD_FALS,
  WORD_NULL,
  WORD_TRUE,
  skipSpace,
} from './bytes';
import { arenaTop, keepArena } from './arena';
import { NONE, ROOT, childOf, fieldOf, hasChildren, meet, nextBelow } from './key-tree';
import { numberEnd } from './number';
import { finishString, sawEscape, stringStop, unescape } from './string';

/** Lists and objects nested deeper than this are refused. */
const MAX_DEPTH: i32 = 1000;
const FRAME: usize = 12;

let frames: usize = 0;
let reading: u32 = 0;

export function prepareReading(): void {
  if (!frames) frames = allocate(FRAME * <usize>(MAX_DEPTH + 1));
  // The tree may be a new one: no node of it has been met.
  reading = 0;
}

// @ts-ignore: decorator
@inline
export function setSpan(field: i32, row: usize, at: usize, form: u32): void {
  store<u32>(spanAt(field) + 4 * row, <u32>at);
  store<u32>(spanOf(field) + 4 * row, form);
}

/** No field of this row is there. */
export function clearRow(row: usize): void {
  for (let field = 0; field < fieldCount; field++) store<u32>(spanOf(field) + 4 * row, 0);
}

/** Reads a row, whose spans are clear; false when it is no JSON object, and then they may be anything. */
export function readRecord(row: usize): bool {
  const p = skipSpace(load<u32>(rowStart + 4 * row));
  if (<u32>load<u8>(p) != OPEN_OBJECT) return false;
  const behind = readValue(row, p, ROOT, 0);
  return behind != 0 && skipSpace(behind) == <usize>load<u32>(rowEnd + 4 * row);
}

/** What {@link readKey} read: the node of the key, and its text between the quotes as it is written. */
export let keyNode: u32 = 0;
export let keyAt: usize = 0;
export let keyLength: usize = 0;

/** From a key's quote to the first byte of its value; 0 when that is no key. `parent` is the node of the object. */
export function readKey(p: usize, parent: u32): usize {
  if (<u32>load<u8>(p) != QUOTE) return 0;
  const at = p + 1;
  let end = stringStop(at);
  keyAt = at;
  if (<u32>load<u8>(end) == QUOTE) {
    keyLength = end - at;
    keyNode = parent != NONE ? childOf(parent, at, end - at) : NONE;
  } else {
    end = finishString(end);
    if (!end) return 0;
    keyLength = end - at;
    if (parent == NONE) {
      keyNode = NONE;
    } else if (sawEscape) {
      const top = unescape(at, end);
      keyNode = childOf(parent, arenaTop, top - arenaTop);
    } else {
      keyNode = childOf(parent, at, end - at);
    }
  }
  p = skipSpace(end + 1);
  if (<u32>load<u8>(p) != COLON) return 0;
  return skipSpace(p + 1);
}

/** Ends a wanted string, which begins behind its quote at `at`, at its closing quote. */
export function setString(field: i32, row: usize, at: usize, end: usize, escaped: bool): void {
  if (escaped) {
    const top = unescape(at, end);
    at = arenaTop;
    end = top;
    keepArena(top);
  }
  setSpan(field, row, at, <u32>(end - at) | (STRING << KIND_SHIFT));
}

/**
 * Reads the value that begins at `p`, whose key has this node, `depth` lists and objects deep; returns the place behind it,
 * or 0 when it is broken. Sets the spans of the wanted fields in it; where a key comes twice, the last is the one.
 */
export function readValue(row: usize, p: usize, node: u32, depth: i32): usize {
  const floor = frames;
  const ceiling = floor + FRAME * <usize>(MAX_DEPTH - depth);
  let top = floor;
  reading++;
  while (true) {
    const c = <u32>load<u8>(p);
    const field = fieldOf(node);
    if (c == QUOTE) {
      const at = p + 1;
      let end = stringStop(at);
      if (<u32>load<u8>(end) == QUOTE) {
        if (field >= 0) setSpan(field, row, at, <u32>(end - at) | (STRING << KIND_SHIFT));
      } else {
        end = finishString(end);
        if (!end) return 0;
        if (field >= 0) setString(field, row, at, end, sawEscape);
      }
      p = end + 1;
    } else if (c == OPEN_OBJECT) {
      if (top == ceiling) return 0;
      if (!hasChildren(node)) node = field >= 0 ? node : NONE;
      openFrame(top, 1, node, p);
      top += FRAME;
      p = skipSpace(p + 1);
      if (<u32>load<u8>(p) != CLOSE_OBJECT) {
        p = readMember(row, p, node);
        if (!p) return 0;
        node = keyNode;
        continue;
      }
    } else if (c == OPEN_LIST) {
      if (top == ceiling) return 0;
      openFrame(top, 0, node, p);
      top += FRAME;
      p = skipSpace(p + 1);
      if (<u32>load<u8>(p) != CLOSE_LIST) {
        node = NONE;
        continue;
      }
    } else {
      const word = load<u32>(p);
      let kind: u32 = NUMBER;
      let end: usize;
      if (word == WORD_NULL) {
        kind = NULL;
        end = p + 4;
      } else if (word == WORD_TRUE) {
        kind = TRUE;
        end = p + 4;
      } else if (word == WORD_FALS) {
        if (<u32>load<u8>(p, 4) != LETTER_E) return 0;
        kind = FALSE;
        end = p + 5;
      } else {
        end = numberEnd(p);
        if (!end) return 0;
      }
      if (field >= 0) setSpan(field, row, p, <u32>(end - p) | (kind << KIND_SHIFT));
      p = end;
    }
    // Behind a value, or at the end of an empty list or object: on to the next value, or out of what ends here.
    while (true) {
      if (top == floor) return p;
      p = skipSpace(p);
      const frame = top - FRAME;
      const isObject = load<u32>(frame);
      const next = <u32>load<u8>(p);
      if (next == COMMA) {
        p = skipSpace(p + 1);
        node = NONE;
        if (isObject) {
          p = readMember(row, p, load<u32>(frame, 4));
          if (!p) return 0;
          node = keyNode;
        }
        break;
      }
      if (next != (isObject ? CLOSE_OBJECT : CLOSE_LIST)) return 0;
      p++;
      top = frame;
      const ended = fieldOf(load<u32>(frame, 4));
      if (ended >= 0) {
        const at = <usize>load<u32>(frame, 8);
        setSpan(ended, row, at, <u32>(p - at) | ((isObject ? OBJECT : LIST) << KIND_SHIFT));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function openFrame(frame: usize, isObject: u32, node: u32, at: usize): void {
  store<u32>(frame, isObject);
  store<u32>(frame, node, 4);
  store<u32>(frame, <u32>at, 8);
}

/** {@link readKey}; where the key is wanted and came before, forgets what was below it. */
// @ts-ignore: decorator
@inline
function readMember(row: usize, p: usize, parent: u32): usize {
  p = readKey(p, parent);
  const node = keyNode;
  if (node != NONE) if (meet(node, reading)) clearBelow(row, node);
  return p;
}

/** No field below this node is there. */
export function clearBelow(row: usize, node: u32): void {
  for (let below = nextBelow(node, node); below != NONE; below = nextBelow(node, below)) {
    const field = fieldOf(below);
    if (field >= 0) setSpan(field, row, 0, 0);
  }
}
