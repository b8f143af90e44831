import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { Connections } from '../src/client/connections.ts';

test('nothing is opened once the connections are closed: nobody would close it', async () => {
  let sockets = 0;
  const server = createServer((socket) => {
    sockets += 1;
    socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const broker = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const connection = { brokers: [], tls: null, sasl: null };
  const connections = new Connections({ connection, connectTimeoutMs: 1_000, requestTimeoutMs: 1_000 });
  await connections[Symbol.asyncDispose]();
  await expect(connections.to(broker)).rejects.toMatchObject({ code: 'HM_INPUT_005', retryable: false });
  server.close();
  await once(server, 'close');
  expect(sockets).toBe(0);
});
