import { KAFKA_FIELD, type Kernel, RECORD_COLUMN, RECORD_COLUMNS_BYTES } from '@hourmill/kernel';
import { batchOf, encodeBatch, encodeRecords, type RecordSpec } from './kafka-batches.ts';

/** A message without its offset. */
export type Message = Omit<RecordSpec, 'offsetDelta'>;

export const FIRST_OFFSET = 1000n;
export const FIRST_TIME = 1_795_000_000_000n;

/** A message of this value alone. */
export function messageOf(value: string | Uint8Array | null): Message {
  return { timestampDelta: 0n, key: null, value: typeof value === 'string' ? Buffer.from(value) : value, headers: [] };
}

/** Record columns in a kernel's memory. */
export interface Columns {
  readonly columns: number;
  readonly capacity: number;
  readonly rows: number;
}

/** Records of batches of so many each, indexed one batch behind the other. */
export function indexedColumns(kernel: Kernel, messages: readonly Message[], perBatch = 7): Columns {
  const { exports } = kernel;
  const capacity = messages.length + 1;
  const columns = exports.allocate(capacity * RECORD_COLUMNS_BYTES);
  let rows = 0;
  for (let first = 0; first < messages.length; first += perBatch) {
    const records = messages
      .slice(first, first + perBatch)
      .map((message, offsetDelta) => ({ ...message, offsetDelta }));
    const stored = encodeRecords(records);
    const batch = encodeBatch(
      batchOf(records, { baseOffset: FIRST_OFFSET + BigInt(first), baseTimestamp: FIRST_TIME }),
      stored,
    );
    // What lies around a batch is nobody's JSON.
    const at = exports.allocate(batch.length + 256);
    kernel.bytes.fill(0x22, at, at + batch.length + 256);
    kernel.bytes.set(batch, at);
    if (exports.readRecordBatch(at, at + batch.length) !== 0) throw new Error('the batch is not described');
    if (exports.openRecords(at + 61, at + batch.length) !== 0) throw new Error('the records are not opened');
    rows += exports.indexRecords(columns, capacity, rows);
  }
  if (rows !== messages.length) throw new Error(`${rows} rows of ${messages.length}`);
  return { columns, capacity, rows };
}

/** Makes something that Kafka knows a field. */
export function addKafkaField(kernel: Kernel, field: number, kind: keyof typeof KAFKA_FIELD, name = ''): void {
  const bytes = Buffer.from(name);
  const at = kernel.exports.allocate(bytes.length + 1);
  kernel.bytes.set(bytes, at);
  kernel.exports.addKafkaField(field, KAFKA_FIELD[kind], at, bytes.length);
}

/** The offsets of rows. */
export function offsetsOf({ view }: Kernel, { columns }: Columns, from: number, rows: number): readonly bigint[] {
  return Array.from({ length: rows }, (_, row) =>
    view.getBigInt64(columns + RECORD_COLUMN.offset + 8 * (from + row), true),
  );
}
