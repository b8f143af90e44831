// kafkajs, `eachBatch`: the face that its documentation names for high rates.
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { brokers, ends, finish, groupId, load, MAX_WAIT_MS, topic } from './consumer-job.mjs';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = load('kafkajs');
// It brings none for zstd.
CompressionCodecs[CompressionTypes.ZSTD] = () => ({ decompress: promisify(zstdDecompress) });

const open = new Set(ends.keys());
let messages = 0;
let bytes = 0;

async function eachBatch({ batch }) {
  for (const { value } of batch.messages) bytes += value.length;
  messages += batch.messages.length;
  if (Number(batch.lastOffset()) + 1 >= ends[batch.partition]) open.delete(batch.partition);
  if (open.size === 0) finish('kafkajs', { messages, bytes });
}

const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: MAX_WAIT_MS });
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({ eachBatch, eachBatchAutoResolve: true, autoCommit: false });
