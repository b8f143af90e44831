// @confluentinc/kafka-javascript (librdkafka), `eachBatch` with large batches: its default is 32 messages.
import { brokers, ends, finish, groupId, load, MAX_WAIT_MS, topic } from './consumer-job.mjs';

const { Kafka, logLevel } = load('@confluentinc/kafka-javascript').KafkaJS;

const open = new Set(ends.keys());
let messages = 0;
let bytes = 0;

async function eachBatch({ batch }) {
  for (const { value } of batch.messages) bytes += value.length;
  messages += batch.messages.length;
  if (Number(batch.lastOffset()) + 1 >= ends[batch.partition]) open.delete(batch.partition);
  if (open.size === 0) finish('@confluentinc/kafka-javascript', { messages, bytes });
}

const kafka = new Kafka({ kafkaJS: { brokers: [brokers], logLevel: logLevel.ERROR } });
const consumer = kafka.consumer({
  kafkaJS: { groupId, fromBeginning: true, autoCommit: false, maxWaitTimeInMs: MAX_WAIT_MS },
  'js.consumer.max.batch.size': 10_000,
});
await consumer.connect();
await consumer.subscribe({ topics: [topic] });
await consumer.run({ eachBatch, eachBatchAutoResolve: true });
