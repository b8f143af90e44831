import type { KafkaOpener, KafkaSplit, RecordSet } from '@hourmill/core';

/** All records of a file as the only split of a topic, which has the path for its name. */
export function fileSplit(path: string, ordinal: number, records: number): KafkaSplit {
  return {
    type: 'kafka',
    ordinal,
    id: `kafka:${path}`,
    topic: path,
    topicId: '',
    partition: ordinal,
    startOffset: 0,
    endOffset: records,
    bytes: records * 100,
    isolation: 'read_committed',
    tombstones: 'reject',
  };
}

/** Opens files as {@link fileSplit} names them. */
export function openFiles(recordSets: (path: string) => AsyncIterable<RecordSet>): KafkaOpener {
  return {
    type: 'kafka',
    open: async ({ topic }) => {
      const sets = await Array.fromAsync(recordSets(topic));
      return { next: () => sets.shift() ?? null, close: () => {} };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
