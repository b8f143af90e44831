// Values of a block to codes of a dimension. Reads two arrays of spans (address; kind and length, as in block.ts) and the
// flags; writes the codes of the rows without a flag to the open batch.
//
// STRING and NUMBER are their text, TRUE and FALSE theirs, NULL and ABSENT are code 0; OBJECT and LIST make the row PUNT. Rows
// with PUNT are skipped. A row with another flag is only checked: its value never enters a dictionary.
//
// 7-9 ns a row with few values, see encode-short.ts for the usual block and the tables for many values.
import { FALSE, KIND_SHIFT, LENGTH_MASK, OBJECT, PUNT, STRING, TRUE } from '../layout';
import { batch, batchRow, codeAt } from '../batch';
import { blockRows, flags } from '../block';
import { maskOf, tableOf } from './dictionary';
import { encodeShort, isShortBlock } from './encode-short';
import { codesOfList, listAt, listCode, listLength } from './large-table';
import { prepare } from './lookup';
import { shortCode, smallCode } from './small-table';
import { SHORT } from './value-hash';

const TRUE_TEXT = memory.data<u64>([0x65757274, 0], 16);
const FALSE_TEXT = memory.data<u64>([0x65736c6166, 0], 16);
const TRUE_LENGTH: u32 = 4;
const FALSE_LENGTH: u32 = 5;

/** Rows of the list of large-table.ts. */
const listRow = memory.data(4 * 128, 16);

/** `spanAt`, `spanOf`: u32 by row. */
export function encodeSpans(dimension: i32, spanAt: usize, spanOf: usize): void {
  const out = codeAt(batch, dimension) + 4 * <usize>batchRow;
  if (prepare(dimension, <u32>blockRows)) encodeLarge(dimension, spanAt, spanOf, out);
  else if (isShortBlock(spanOf)) encodeShort(dimension, spanAt, spanOf, out);
  else encodeSmall(dimension, spanAt, spanOf, out);
}

function encodeSmall(dimension: i32, spanAt: usize, spanOf: usize, out: usize): void {
  const rows = <usize>blockRows;
  const table = tableOf(dimension);
  const mask = maskOf(dimension);
  for (let r: usize = 0; r < rows; r++) {
    const span = load<u32>(spanOf + 4 * r);
    const flag = load<u8>(flags + r);
    if (flag) {
      checkFlagged(r, flag, span);
      continue;
    }
    const at = <usize>load<u32>(spanAt + 4 * r);
    const length = span & LENGTH_MASK;
    if (<u32>((span >> KIND_SHIFT) - STRING) <= 1) {
      store<u32>(out + 4 * r, length <= SHORT ? shortCode(dimension, table, mask, at, length) : smallCode(dimension, at, length));
    } else if (span >> KIND_SHIFT >= OBJECT) {
      store<u8>(flags + r, PUNT);
    } else {
      store<u32>(out + 4 * r, isBoolean(span) ? smallCode(dimension, booleanText(span), booleanLength(span)) : 0);
    }
  }
}

function encodeLarge(dimension: i32, spanAt: usize, spanOf: usize, out: usize): void {
  const rows = <usize>blockRows;
  let count: usize = 0;
  for (let r: usize = 0; r < rows; r++) {
    const span = load<u32>(spanOf + 4 * r);
    const flag = load<u8>(flags + r);
    if (flag) {
      checkFlagged(r, flag, span);
      continue;
    }
    store<u32>(out + 4 * r, 0);
    if (span >> KIND_SHIFT >= OBJECT) {
      store<u8>(flags + r, PUNT);
      continue;
    }
    const isText = <u32>((span >> KIND_SHIFT) - STRING) <= 1;
    store<u32>(listRow + 4 * count, <u32>r);
    store<u32>(listAt + 4 * count, isText ? load<u32>(spanAt + 4 * r) : <u32>booleanText(span));
    store<u32>(listLength + 4 * count, isText ? span & LENGTH_MASK : booleanLength(span));
    count += <usize>(isText || isBoolean(span));
  }
  codesOfList(dimension, <i32>count);
  for (let i: usize = 0; i < count; i++) {
    store<u32>(out + 4 * <usize>load<u32>(listRow + 4 * i), load<u32>(listCode + 4 * i));
  }
}

/** A row that is no candidate: of another flag than PUNT, an object or a list takes precedence. */
// @ts-ignore: decorator
@inline
function checkFlagged(row: usize, flag: u8, span: u32): void {
  if (span >> KIND_SHIFT >= OBJECT) store<u8>(flags + row, flag | PUNT);
}

// @ts-ignore: decorator
@inline
function isBoolean(span: u32): bool {
  return <u32>((span >> KIND_SHIFT) - TRUE) <= 1;
}

// @ts-ignore: decorator
@inline
function booleanText(span: u32): usize {
  return span >> KIND_SHIFT == FALSE ? FALSE_TEXT : TRUE_TEXT;
}

// @ts-ignore: decorator
@inline
function booleanLength(span: u32): u32 {
  return span >> KIND_SHIFT == FALSE ? FALSE_LENGTH : TRUE_LENGTH;
}
