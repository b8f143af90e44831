import { type Kernel, RECORD_BATCH_FIELD, RECORD_BATCH_FLAG } from '@hourmill/kernel';

/** The header of a record batch (KIP-98), as far as reading needs it. */
export interface RecordBatch {
  readonly baseOffset: number;
  /** A bound: that record may be gone after compaction. */
  readonly lastOffset: number;
  readonly producerId: bigint;
  readonly isTransactional: boolean;
  /** Its records are markers, no data. */
  readonly isControl: boolean;
  readonly codec: number;
  /** How many it has. */
  readonly records: number;
  /** Addresses of the records as they are stored: `[recordsAt, recordsEnd)`. */
  readonly recordsAt: number;
  readonly recordsEnd: number;
}

/** The batch that the kernel described last. */
export function describedBatch(kernel: Kernel): RecordBatch {
  const { view } = kernel;
  const at = kernel.exports.recordBatchAt();
  const flags = view.getInt32(at + RECORD_BATCH_FIELD.flags, true);
  const recordsAt = view.getUint32(at + RECORD_BATCH_FIELD.recordsAt, true);
  return {
    baseOffset: Number(view.getBigInt64(at + RECORD_BATCH_FIELD.baseOffset, true)),
    lastOffset: Number(view.getBigInt64(at + RECORD_BATCH_FIELD.lastOffset, true)),
    producerId: view.getBigInt64(at + RECORD_BATCH_FIELD.producerId, true),
    isTransactional: (flags & RECORD_BATCH_FLAG.transactional) !== 0,
    isControl: (flags & RECORD_BATCH_FLAG.control) !== 0,
    codec: view.getInt32(at + RECORD_BATCH_FIELD.codec, true),
    records: view.getInt32(at + RECORD_BATCH_FIELD.records, true),
    recordsAt,
    recordsEnd: recordsAt + view.getUint32(at + RECORD_BATCH_FIELD.recordsBytes, true),
  };
}

/** So many bytes the batch that was looked at last says to have, header included; 0 when that is not known. */
export function bytesOfBatch(kernel: Kernel): number {
  return kernel.view.getUint32(kernel.exports.recordBatchAt() + RECORD_BATCH_FIELD.bytes, true);
}
