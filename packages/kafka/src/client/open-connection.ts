import { HOURMILL_VERSION } from '@hourmill/core';
import type { KafkaConnection } from '@hourmill/pipeline';
import type Connection from 'kafkajs/src/network/connection.js';
import type { KafkaJsSasl } from 'kafkajs/src/network/connection.js';
import type { BrokerVersions } from '../protocol/api.ts';
import { BrokerSocket } from './broker-socket.ts';
import { closedByBroker, toConnectionError, unanswered } from './connection-failure.ts';
import { CLIENT_ID, NodeConnection, type NodeConnectionOptions } from './node-connection.ts';
import { readToken } from './token-provider.ts';

export interface OpenOptions extends NodeConnectionOptions {
  readonly host: string;
  readonly port: number;
  /** For TCP, TLS and the authentication together. */
  readonly connectTimeoutMs: number;
}

export interface OpenConnection {
  readonly node: NodeConnection;
  /** Whether the session that the authentication gave has come to its end: then a new connection is needed (KIP-368). */
  readonly isExpired: () => boolean;
}

const logger = { namespace: () => logger, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Loads kafkajs's connection, which takes longer than to connect. */
export async function loadKafkaJs(): Promise<typeof Connection> {
  return (await import('kafkajs/src/network/connection.js')).default;
}

/**
 * A connection on which one may send requests. TCP and the authentication (SASL) are done by kafkajs; the rest is ours.
 * @throws HM_INPUT_004 and HM_INPUT_005 of {@link toConnectionError}, HM_INPUT_011 when the broker is too old
 */
export async function openConnection(options: OpenOptions): Promise<OpenConnection> {
  const KafkaJsConnection = await loadKafkaJs();
  const socket = openSocket(options);
  const connection = new KafkaJsConnection({
    host: options.host,
    port: options.port,
    clientId: CLIENT_ID,
    sasl: saslOf(options.connection.sasl),
    logger,
    socketFactory: ({ onConnect }) => socket.once('connect', onConnect),
    connectionTimeout: 2 * options.connectTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    enforceRequestTimeout: false,
  });
  // kafkajs 2.2.4 would set a timer for a time that has passed, of which Node.js warns. Nothing ever waits in this queue.
  connection.requestQueue.scheduleCheckPendingRequests = () => {};
  try {
    const node = await unlessCut(socket, options, enter(socket, connection, options));
    const hasSession = options.connection.sasl !== null;
    return { node, isExpired: () => hasSession && !connection.isAuthenticated() };
  } catch (error) {
    // kafkajs takes a connection that is cut while one authenticates for a refusal.
    const cause = socket.isOver ? (socket.failure ?? closedByBroker(options, true)) : error;
    socket.destroy();
    throw toConnectionError(cause, options);
  }
}

function openSocket(options: OpenOptions): BrokerSocket {
  try {
    return new BrokerSocket(options.host, options.port, options.connection.tls);
  } catch (error) {
    throw toConnectionError(error, options);
  }
}

async function enter(socket: BrokerSocket, connection: Connection, options: OpenOptions): Promise<NodeConnection> {
  await connection.connect();
  const node = new NodeConnection(socket, options);
  socket.handOver(node.receiver);
  await node.askVersions(HOURMILL_VERSION);
  if (options.connection.sasl !== null) {
    connection.setVersions(versionsForKafkaJs(node.versions));
    connection.setSupportAuthenticationProtocol(true);
    socket.handOver(null);
    await connection.authenticate();
    socket.handOver(node.receiver);
    // Who comes with a token that is refused is told so without an error code (RFC 7628), which kafkajs takes for a welcome.
    if (options.connection.sasl.mechanism === 'OAUTHBEARER') await node.askVersions(HOURMILL_VERSION);
  }
  return node;
}

/** What `work` gives, unless the broker closes the connection or the time is over before. */
async function unlessCut<T>(socket: BrokerSocket, options: OpenOptions, work: Promise<T>): Promise<T> {
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const onClosed = () => reject(socket.failure ?? closedByBroker(options, true));
  const seconds = options.connectTimeoutMs / 1000;
  const late = () => socket.destroy(unanswered(options.address, `no connection within ${seconds} s`));
  const timer = setTimeout(late, options.connectTimeoutMs);
  socket.once('closed', onClosed);
  try {
    return await Promise.race([work, cut]);
  } finally {
    clearTimeout(timer);
    socket.off('closed', onClosed);
  }
}

function versionsForKafkaJs(versions: BrokerVersions) {
  const entries = [...versions].map(([key, { min, max }]) => [key, { minVersion: min, maxVersion: max }] as const);
  return Object.fromEntries(entries);
}

function saslOf(sasl: KafkaConnection['sasl']): KafkaJsSasl | null {
  if (sasl === null) return null;
  if (sasl.mechanism === 'OAUTHBEARER') {
    return { mechanism: 'oauthbearer', oauthBearerProvider: () => readToken(sasl.tokenProvider) };
  }
  const mechanism = sasl.mechanism.toLowerCase() as 'plain' | 'scram-sha-256' | 'scram-sha-512';
  return { mechanism, username: sasl.username, password: sasl.password.reveal() };
}
