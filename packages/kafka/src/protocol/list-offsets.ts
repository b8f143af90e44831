import type { Api } from './api.ts';
import { type Isolation, isolationLevel } from './isolation.ts';

/** Timestamps of {@link listOffsets} that are none. */
export const LATEST = -1;
export const EARLIEST = -2;
/**
 * The first offset that the broker has on its own disk: what lies before it is in tiered storage (KIP-405). Brokers without any
 * answer as to {@link EARLIEST}, those of before Kafka 3.6 with the first record of whatever time.
 */
export const EARLIEST_LOCAL = -4;
/** The record with the greatest timestamp (KIP-734). */
export const MAX_TIMESTAMP = -3;

interface ListOffsetsRequest {
  readonly isolation: Isolation;
  readonly topic: string;
  /** Each partition once. */
  readonly partitions: readonly {
    readonly partition: number;
    readonly leaderEpoch: number;
    /** Milliseconds since the epoch, or one of the constants above. */
    readonly timestamp: number;
  }[];
}

export interface ListedOffset {
  readonly errorCode: number;
  readonly partition: number;
  /** Of the record found; -1 with {@link LATEST} and {@link EARLIEST}. */
  readonly timestamp: number;
  /**
   * Of the first record whose timestamp is not before the one asked for, -1 when there is none. With {@link LATEST} the high
   * watermark, or with `read_committed` the last stable offset.
   */
  readonly offset: number;
  readonly leaderEpoch: number;
}

/** Offsets of partitions by time. Version 7 brought {@link MAX_TIMESTAMP}. */
export const listOffsets: Api<ListOffsetsRequest, readonly ListedOffset[]> = {
  key: 2,
  name: 'ListOffsets',
  versions: { min: 7, max: 9 },
  encode(writer, { isolation, topic, partitions }) {
    writer.int32(-1); // replica_id: a consumer
    writer.int8(isolationLevel(isolation));
    writer.compactArray([topic], (name) => {
      writer.compactString(name);
      writer.compactArray(partitions, ({ partition, leaderEpoch, timestamp }) => {
        writer.int32(partition);
        writer.int32(leaderEpoch);
        writer.int64(timestamp);
        writer.noTags();
      });
      writer.noTags();
    });
    writer.noTags();
  },
  decode(reader) {
    reader.int32(); // throttle_time_ms
    const topics = reader.compactArray(() => {
      reader.compactString();
      const partitions = reader.compactArray(() => {
        const listed = {
          partition: reader.int32(),
          errorCode: reader.int16(),
          timestamp: reader.int64(),
          offset: reader.int64(),
          leaderEpoch: reader.int32(),
        };
        reader.tags();
        return listed;
      });
      reader.tags();
      return partitions;
    });
    return topics.flat();
  },
};
