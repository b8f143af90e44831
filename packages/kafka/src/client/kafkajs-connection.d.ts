/** The part of kafkajs 2.2.4 that we use: one connection, from the socket to the end of the authentication. */
declare module 'kafkajs/src/network/connection.js' {
  import type { OauthbearerProviderResponse } from 'kafkajs';

  /** What kafkajs wants of a socket. */
  interface KafkaJsSocket {
    on(event: 'data' | 'end' | 'error' | 'timeout', listener: (value: never) => void): unknown;
    write(bytes: Uint8Array | string, encoding?: BufferEncoding): void;
    end(): void;
    unref(): void;
  }

  interface KafkaJsLogger {
    namespace(name: string): KafkaJsLogger;
    debug(): void;
    info(): void;
    warn(): void;
    error(): void;
  }

  export type KafkaJsSasl =
    | { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }
    | { mechanism: 'oauthbearer'; oauthBearerProvider: () => Promise<OauthbearerProviderResponse> };

  class Connection {
    constructor(options: {
      host: string;
      port: number;
      clientId: string;
      sasl: KafkaJsSasl | null;
      logger: KafkaJsLogger;
      socketFactory: (options: { onConnect: () => void }) => KafkaJsSocket;
      connectionTimeout: number;
      requestTimeout: number;
      enforceRequestTimeout: boolean;
    });
    readonly requestQueue: { scheduleCheckPendingRequests(): void };
    connect(): Promise<true>;
    /** By the key of the API. */
    setVersions(versions: Record<number, { minVersion: number; maxVersion: number }>): void;
    setSupportAuthenticationProtocol(isSupported: boolean): void;
    authenticate(): Promise<void>;
    /** Whether the session of this connection goes on for at least 10 s (KIP-368). */
    isAuthenticated(): boolean;
  }

  export { Connection as default };
}
