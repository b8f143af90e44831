import { connect } from 'node:net';

/**
 * Size, then Metadata (key 3) version 5 of Kafka's protocol: correlation id 1, no client id, no topics, none to be made.
 * Its answer: size, correlation id, throttle time, then the number of brokers, each of four bytes.
 */
const REQUEST = Buffer.from('0000000f 0003 0005 00000001 ffff 00000000 00'.replaceAll(' ', ''), 'hex');
const BROKER_COUNT_AT = 12;
const TIMEOUT_MS = 1_000;

/** True when the broker names one that takes requests: itself. It answers before that, for a moment, naming none. */
export function namesBrokers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(REQUEST));
    let answer = Buffer.alloc(0);
    const settle = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.setTimeout(TIMEOUT_MS, () => settle(false));
    socket.once('error', () => settle(false)).once('close', () => settle(false));
    socket.on('data', (bytes) => {
      answer = Buffer.concat([answer, bytes]);
      if (answer.length >= BROKER_COUNT_AT + 4) settle(answer.readInt32BE(BROKER_COUNT_AT) > 0);
    });
  });
}
