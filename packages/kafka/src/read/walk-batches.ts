import { HourmillError, type KafkaSplit } from '@hourmill/core';
import { BATCH, FRAME_BYTES } from '../protocol/batch-layout.ts';

/** Up to the last field that is looked at. */
const HEADER_BYTES = 27;

export interface WalkedBatches {
  /** Of the whole batches that hold offsets before the end. */
  readonly bytes: number;
  /** The offset behind them. */
  readonly nextOffset: number;
  /** Nothing before the split's end comes after them. */
  readonly isEnd: boolean;
  /** Of the last of them, -1 if unknown. */
  readonly leaderEpoch: number;
  /** Of the largest of them. */
  readonly largestBytes: number;
}

/**
 * Looks at the headers of record batches, to see where they end and at which offset. Nothing else is checked here. A batch that is cut
 * at the end is left out.
 * @param offset that was asked for
 * @throws HM_INPUT_008 when a header cannot be that of a batch
 */
export function walkBatches(records: Uint8Array, offset: number, split: KafkaSplit): WalkedBatches {
  const view = new DataView(records.buffer, records.byteOffset, records.length);
  let at = 0;
  let nextOffset = offset;
  let leaderEpoch = -1;
  let largestBytes = 0;
  let isEnd = false;
  while (!isEnd && at + HEADER_BYTES <= records.length) {
    const base = view.getInt32(at) * 2 ** 32 + view.getUint32(at + 4);
    const end = at + FRAME_BYTES + view.getInt32(at + BATCH.length);
    if (end < at + HEADER_BYTES) throw damaged(split, nextOffset);
    if (base >= split.endOffset) {
      isEnd = true;
      break;
    }
    if (end > records.length) break;
    const isBatch = view.getInt8(at + BATCH.magic) >= 2;
    const last = isBatch ? base + view.getInt32(at + BATCH.lastOffsetDelta) : base;
    // Nothing checks the base offset, the CRC neither. To go on from such a batch would be to ask for it for ever, or to skip others.
    if (last < nextOffset || (at > 0 && base < nextOffset)) throw damaged(split, nextOffset);
    nextOffset = Math.max(nextOffset, last + 1);
    leaderEpoch = isBatch ? view.getInt32(at + BATCH.leaderEpoch) : -1;
    largestBytes = Math.max(largestBytes, end - at);
    isEnd = nextOffset >= split.endOffset;
    at = end;
  }
  return { bytes: at, nextOffset, isEnd, leaderEpoch, largestBytes };
}

function damaged({ topic, partition }: KafkaSplit, offset: number): HourmillError {
  const message =
    `topic ${topic}, partition ${partition}: the record batch at offset ${offset} is damaged; ` +
    'if another replica has it whole, move the leader there';
  return new HourmillError('HM_INPUT_008', message, { context: { topic, partition, offset } });
}
