import { batchOf, encodeBatch, encodeRecords, recordOf } from '../test/support/kafka-batches.ts';
import { randomNumbers } from '../test/support/random.ts';
import { sampleRecord } from './sample-record.ts';

/** Values of messages: JSON of one length. */
export function sampleMessages(count: number, valueBytes: number): readonly string[] {
  const random = randomNumbers(1);
  return Array.from({ length: count }, (_, row) => {
    const value = JSON.stringify({
      ...sampleRecord(random, row),
      referrer: `https://www.site${random(200)}.example.com/articles/${random(20_000)}`,
    });
    return value.padEnd(valueBytes, ' ').slice(0, valueBytes);
  });
}

export type Pack = (records: Buffer) => Buffer;

/** A record set of batches of so many records. */
export function recordSet(
  values: readonly string[],
  { perBatch, codec, pack }: { readonly perBatch: number; readonly codec: number; readonly pack: Pack },
): Buffer {
  const sets: Buffer[] = [];
  for (let from = 0; from < values.length; from += perBatch) {
    const records = values.slice(from, from + perBatch).map((value, index) => recordOf(index, value));
    sets.push(encodeBatch(batchOf(records, { codec }), pack(encodeRecords(records))));
  }
  return Buffer.concat(sets);
}
