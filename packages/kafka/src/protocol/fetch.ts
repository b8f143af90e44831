import type { AbortedTransaction } from '@hourmill/core';
import type { Api } from './api.ts';
import { type Isolation, isolationLevel } from './isolation.ts';
import { NO_TOPIC_ID } from './metadata.ts';
import type { WireReader } from './wire-reader.ts';

/** From this version on a topic goes by its id, so a broker refuses one that was made anew (KIP-516). */
const BY_TOPIC_ID = 13;

export interface FetchRequest {
  readonly isolation: Isolation;
  /** A broker that has nothing answers after so long. */
  readonly maxWaitMs: number;
  /** 1: a broker that has anything answers at once. */
  readonly minBytes: number;
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  /** Of the leader that we believe in (KIP-320); -1: whoever leads. */
  readonly leaderEpoch: number;
  readonly offset: number;
  /** Of the batch before `offset`, -1 if unknown: then the broker tells whether its log is still the same there (KIP-595). */
  readonly lastFetchedEpoch: number;
  /** Of records. If the first batch alone is larger it comes whole all the same (KIP-74). */
  readonly maxBytes: number;
}

export interface FetchResponse {
  readonly throttleMs: number;
  /** Of the partition, or of the whole request. */
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  /** In no order. Empty with `read_uncommitted`. */
  readonly aborted: readonly AbortedTransaction[];
  /** The log differs from what was fetched before: it does from this offset on. */
  readonly divergingOffset: number | null;
  /** Record batches; the last one may be cut. A view of the response. */
  readonly records: Uint8Array;
}

const NO_PARTITION = {
  highWatermark: -1,
  lastStableOffset: -1,
  logStartOffset: -1,
  aborted: [],
  divergingOffset: null,
  records: new Uint8Array(0),
};

/** Record batches of one partition, without a session (KIP-227). */
export const fetch: Api<FetchRequest, FetchResponse> = {
  key: 1,
  name: 'Fetch',
  versions: { min: 12, max: BY_TOPIC_ID },
  encode(writer, request, version) {
    writer.int32(-1); // replica_id: a consumer
    writer.int32(request.maxWaitMs);
    writer.int32(request.minBytes);
    writer.int32(request.maxBytes);
    writer.int8(isolationLevel(request.isolation));
    writer.int32(0); // session_id
    writer.int32(-1); // session_epoch
    writer.compactArray([request], ({ topic, topicId }) => {
      if (version >= BY_TOPIC_ID) writer.uuid(topicId);
      else writer.compactString(topic);
      writer.compactArray([request], ({ partition, leaderEpoch, offset, lastFetchedEpoch, maxBytes }) => {
        writer.int32(partition);
        writer.int32(leaderEpoch);
        writer.int64(offset);
        writer.int32(lastFetchedEpoch);
        writer.int64(-1); // log_start_offset: of followers
        writer.int32(maxBytes);
        writer.noTags();
      });
      writer.noTags();
    });
    writer.compactArray([], () => {}); // forgotten_topics_data
    writer.compactString(''); // rack_id
    writer.noTags();
  },
  decode(reader, version) {
    const throttleMs = reader.int32();
    const errorCode = reader.int16();
    reader.int32(); // session_id
    const [partition] = reader
      .compactArray(() => {
        if (version >= BY_TOPIC_ID) reader.uuid();
        else reader.compactString();
        const partitions = reader.compactArray(() => readPartition(reader));
        reader.tags();
        return partitions;
      })
      .flat();
    if (errorCode !== 0 || partition === undefined) return { throttleMs, errorCode, ...NO_PARTITION };
    return { throttleMs, ...partition };
  },
};

/** The newest version that can name this topic. */
export function maxFetchVersion(topicId: string): number {
  return topicId === NO_TOPIC_ID ? BY_TOPIC_ID - 1 : BY_TOPIC_ID;
}

function readPartition(reader: WireReader): Omit<FetchResponse, 'throttleMs'> {
  reader.int32(); // partition_index
  const offsets = {
    errorCode: reader.int16(),
    highWatermark: reader.int64(),
    lastStableOffset: reader.int64(),
    logStartOffset: reader.int64(),
  };
  const aborted = reader.compactArray(() => {
    const transaction = { producerId: reader.bigInt64(), firstOffset: reader.int64() };
    reader.tags();
    return transaction;
  });
  reader.int32(); // preferred_read_replica
  const records = reader.nullableCompactBytes() ?? NO_PARTITION.records;
  let divergingOffset: number | null = null;
  reader.tags((tag, value) => {
    if (tag === 0) divergingOffset = readDivergingOffset(value);
  });
  return { ...offsets, aborted, divergingOffset, records };
}

function readDivergingOffset(value: WireReader): number | null {
  const epoch = value.int32();
  const endOffset = value.int64();
  return epoch < 0 && endOffset < 0 ? null : endOffset;
}
