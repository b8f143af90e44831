import { once } from 'node:events';
import { connect } from 'node:net';

const PRODUCE = 0;
/** The first that takes zstd, and a broker of Kafka 4 still does. */
const VERSION = 7;
const TIMEOUT_MS = 60_000;

/**
 * Writes one record batch as it is into a partition, acknowledged by all replicas: for batches that no client of ours makes.
 * https://kafka.apache.org/protocol#The_Messages_Produce
 */
export async function produceBatch(broker: string, topic: string, partition: number, batch: Buffer): Promise<void> {
  const [host = '', port = ''] = broker.split(':');
  const socket = connect(Number(port), host);
  try {
    const body = Buffer.concat([
      ...[int16(PRODUCE), int16(VERSION), int32(1), int16(-1)], // correlation id, no client id
      ...[int16(-1), int16(-1), int32(TIMEOUT_MS)], // no transaction, acks of all
      ...[int32(1), int16(topic.length), Buffer.from(topic)],
      ...[int32(1), int32(partition), int32(batch.length), batch],
    ]);
    socket.write(Buffer.concat([int32(body.length), body]));
    const [answer]: Buffer[] = await once(socket, 'data');
    // Size, correlation id, one topic with its name, one partition with its number.
    const errorCode = answer?.readInt16BE(4 + 4 + 4 + 2 + topic.length + 4 + 4);
    if (errorCode !== 0) throw new Error(`the broker answers with error code ${errorCode}`);
  } finally {
    socket.destroy();
  }
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
