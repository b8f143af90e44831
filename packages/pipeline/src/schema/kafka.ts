import * as z from 'zod';
import { addressesOf, broker, type KafkaConnection, sasl, tls } from './kafka-connection.ts';
import { choice, duration, text } from './scalars.ts';

/** Kafka's own rule for the names of topics. */
const TOPIC_PATTERN = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;

const window = z
  .strictObject({
    before: duration.prefault('PT5M').describe('Read from this long before the hour. Default: PT5M.'),
    after: duration.prefault('PT15M').describe('Read up to this long after the hour. Default: PT15M.'),
  })
  .transform(({ before, after }) => ({ beforeMs: before, afterMs: after }))
  .prefault({})
  .describe(
    "How much wider than the hour records are read, by Kafka's record timestamps: for events that came early or late.",
  );

export const kafka = z
  .strictObject({
    type: z.literal('kafka').describe('A topic of Kafka.'),
    brokers: z.array(broker).min(1).describe('HOST:PORT of some brokers of the cluster.'),
    topic: text.regex(TOPIC_PATTERN, 'expected the name of a topic').describe('The topic. Each message is a record.'),
    isolation: choice(['read_committed', 'read_uncommitted'])
      .prefault('read_committed')
      .describe('read_committed: leave out what aborted transactions wrote. Default: read_committed.'),
    tombstones: choice(['reject', 'skip'])
      .prefault('reject')
      .describe('What a message without a value is: a rejected record, or none (a gap). Default: reject.'),
    window,
    tls: tls.optional(),
    sasl: sasl.optional(),
  })
  .transform(({ brokers, tls: encryption = null, sasl: identity = null, ...rest }) => {
    const connection: KafkaConnection = { brokers: brokers.flatMap(addressesOf), tls: encryption, sasl: identity };
    return { ...rest, connection };
  })
  .describe('Events in a topic of Kafka.');
