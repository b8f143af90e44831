// A field as a string dimension: its spans are the values. See encode-spans.ts.
import { spanAt, spanOf } from '../block';
import { encodeSpans } from './encode-spans';

export function encodeString(field: i32, dimension: i32): void {
  encodeSpans(dimension, spanAt(field), spanOf(field));
}
