import type { MessageFacts } from '../kafka/message-facts.ts';

/** One record as it was read: a line that is not blank, without its line end; or the value of a message of Kafka. */
export interface RecordBytes {
  /** The record, or only its beginning when `truncated`. A view: copy it to keep it. */
  readonly bytes: Uint8Array;
  /** Of the whole record. */
  readonly length: number;
  /** True when the record is longer than the limit. */
  readonly truncated: boolean;
  /** Of the record's first byte in the decompressed file; 0 for a message. */
  readonly byteOffset: number;
  /** What Kafka knows of the record, when it is a message. */
  readonly message?: MessageFacts;
}
