// @platformatic/kafka, its stream in flowing mode: without the promise a message that `for await` takes.
import { brokers, ends, finish, groupId, load, MAX_WAIT_MS, topic } from './consumer-job.mjs';

const { Consumer } = load('@platformatic/kafka');

const last = ends.map((end) => BigInt(end - 1));
const open = new Set(ends.keys());
let messages = 0;
let bytes = 0;

const consumer = new Consumer({ clientId: 'bench', groupId, bootstrapBrokers: [brokers], autocommit: false });
const stream = await consumer.consume({ topics: [topic], mode: 'earliest', maxWaitTime: MAX_WAIT_MS });
stream.on('data', ({ value, partition, offset }) => {
  messages++;
  bytes += value.length;
  if (offset < last[partition]) return;
  open.delete(partition);
  if (open.size === 0) finish('@platformatic/kafka', { messages, bytes });
});
