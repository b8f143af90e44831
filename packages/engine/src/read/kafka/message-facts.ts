import { type Kernel, RECORD_COLUMN } from '@hourmill/kernel';
import { decodeUtf8, type MessageFacts, type MessageHeader, type MessageParts } from '@hourmill/record';

/** Record columns of the kernel: see `indexRecords`. */
export interface RecordColumns {
  readonly at: number;
  readonly capacity: number;
}

/**
 * What Kafka knows of the message in a row of record columns: for records that the host judges. Copies the bytes of the key and
 * of headers, and only if the program looks at them. Headers whose name is no valid UTF-8 are left out: no field is of one.
 */
export function readMessageFacts(
  kernel: Kernel,
  { at, capacity }: RecordColumns,
  row: number,
  partition: number,
  parts: MessageParts,
): MessageFacts {
  const { view } = kernel;
  const long = (column: number) => Number(view.getBigInt64(at + capacity * column + 8 * row, true));
  const address = (column: number) => view.getUint32(at + capacity * column + 4 * row, true);
  const length = (column: number) => view.getInt32(at + capacity * column + 4 * row, true);
  const bytes = (from: number, count: number) => kernel.bytes.slice(from, from + count);
  const keyLength = length(RECORD_COLUMN.keyLength);
  return {
    partition,
    offset: long(RECORD_COLUMN.offset),
    timestampMs: long(RECORD_COLUMN.timestamp),
    key: parts.key && keyLength >= 0 ? bytes(address(RECORD_COLUMN.keyAt), keyLength) : null,
    headers: parts.headers
      ? readHeaders(bytes(address(RECORD_COLUMN.headersAt), length(RECORD_COLUMN.headersLength)))
      : [],
    isTombstone: length(RECORD_COLUMN.valueLength) < 0,
  };
}

/** From the number of headers on, in bytes that `indexRecords` has found sound. */
function readHeaders(bytes: Uint8Array): readonly MessageHeader[] {
  let next = 0;
  const number = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[next++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  };
  const text = (): Uint8Array | null => {
    const length = number();
    if (length < 0) return null;
    next += length;
    return bytes.subarray(next - length, next);
  };
  return Array.from({ length: number() }, () => ({ key: text() ?? new Uint8Array(0), value: text() })).flatMap(
    ({ key, value }) => {
      const name = decodeUtf8(key);
      return name === null ? [] : [{ key: name, value: value === null ? null : value.slice() }];
    },
  );
}
