import { join } from 'node:path';

/** Where the local broker keeps what it needs, in its data folder. */
export interface KafkaFiles {
  /** The log directory: topics, and `meta.properties` once it is formatted. */
  readonly logDir: string;
  /** Written anew by each start. */
  readonly settings: string;
  /** The broker's private key and certificate, PKCS12. */
  readonly keystore: string;
  /** The certificate alone, PEM. */
  readonly caFile: string;
  /** Output of the tools that make the files above. */
  readonly setupLog: string;
  readonly log: string;
}

export function kafkaFiles(dataDir: string): KafkaFiles {
  return {
    logDir: join(dataDir, 'log'),
    settings: join(dataDir, 'server.properties'),
    keystore: join(dataDir, 'broker.p12'),
    caFile: join(dataDir, 'ca.pem'),
    setupLog: join(dataDir, 'setup.log'),
    log: join(dataDir, 'kafka.log'),
  };
}
