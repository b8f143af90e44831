/** The ways in for clients, each on a port of its own, named as Kafka names its security protocols. */
const KAFKA_LISTENERS = ['plaintext', 'ssl', 'saslPlaintext', 'saslSsl'] as const;
type KafkaListener = (typeof KAFKA_LISTENERS)[number];

export const KAFKA_PORTS = [...KAFKA_LISTENERS, 'controller'] as const;
export type KafkaPort = (typeof KAFKA_PORTS)[number];

/** What a SASL listener asks for, by PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512. */
export interface KafkaUser {
  readonly username: string;
  readonly password: string;
}

/** How to reach a Kafka broker. */
export interface KafkaConnection {
  /** HOST:PORT by listener. Who comes by `plaintext` or `ssl` has no name, and may do all. */
  readonly brokers: Readonly<Record<KafkaListener, string>>;
  readonly users: {
    /** May do all. */
    readonly admin: KafkaUser;
    /** May do what ACLs allow: nothing at first. */
    readonly client: KafkaUser;
  };
  /** The certificate, PEM, that clients of `ssl` and `saslSsl` must trust. There once the broker answers. */
  readonly caFile: string;
}

/** The users of the local brokers, the same in docker-compose.yml. They guard nothing: the broker listens on 127.0.0.1. */
export const LOCAL_KAFKA_USERS = {
  admin: { username: 'admin', password: 'admin-local' },
  client: { username: 'hourmill', password: 'hourmill-local' },
} as const satisfies KafkaConnection['users'];

/** How to reach the local broker that has these ports. */
export function kafkaConnection(ports: Readonly<Record<KafkaPort, number>>, caFile: string): KafkaConnection {
  const address = (listener: KafkaListener) => `127.0.0.1:${ports[listener]}`;
  return {
    brokers: {
      plaintext: address('plaintext'),
      ssl: address('ssl'),
      saslPlaintext: address('saslPlaintext'),
      saslSsl: address('saslSsl'),
    },
    users: LOCAL_KAFKA_USERS,
    caFile,
  };
}
