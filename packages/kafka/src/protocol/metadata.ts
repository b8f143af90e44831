import type { Api } from './api.ts';
import type { WireReader } from './wire-reader.ts';

/** The id of no topic, and of every topic of a cluster from before KIP-516. */
export const NO_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA';

export interface BrokerAddress {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

export interface PartitionMetadata {
  readonly errorCode: number;
  readonly partition: number;
  /** Node id, -1 for none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  readonly offlineReplicas: readonly number[];
}

export interface TopicMetadata {
  readonly errorCode: number;
  readonly name: string;
  /** UUID in base64url, as Kafka's tools print it. */
  readonly topicId: string;
  readonly isInternal: boolean;
  /** By number. */
  readonly partitions: readonly PartitionMetadata[];
}

export interface ClusterMetadata {
  readonly brokers: readonly BrokerAddress[];
  readonly clusterId: string | null;
  readonly controllerId: number;
  readonly topics: readonly TopicMetadata[];
}

/** Brokers, and the partitions of some topics with their leaders. Version 10 brought topic ids (KIP-516). Never makes a topic. */
export const metadata: Api<{ readonly topics: readonly string[] }, ClusterMetadata> = {
  key: 3,
  name: 'Metadata',
  versions: { min: 10, max: 12 },
  encode(writer, { topics }, version) {
    writer.compactArray(topics, (name) => {
      writer.uuid(NO_TOPIC_ID);
      writer.compactString(name);
      writer.noTags();
    });
    writer.boolean(false); // allow_auto_topic_creation
    if (version <= 10) writer.boolean(false); // include_cluster_authorized_operations
    writer.boolean(false); // include_topic_authorized_operations
    writer.noTags();
  },
  decode(reader, version) {
    reader.int32(); // throttle_time_ms
    const brokers = reader.compactArray(() => readBroker(reader));
    const clusterId = reader.nullableCompactString();
    const controllerId = reader.int32();
    const topics = reader.compactArray(() => readTopic(reader));
    if (version <= 10) reader.int32(); // cluster_authorized_operations
    reader.tags();
    return { brokers, clusterId, controllerId, topics };
  },
};

function readBroker(reader: WireReader): BrokerAddress {
  const broker = { nodeId: reader.int32(), host: reader.compactString(), port: reader.int32() };
  reader.nullableCompactString(); // rack
  reader.tags();
  return broker;
}

function readTopic(reader: WireReader): TopicMetadata {
  const errorCode = reader.int16();
  const name = reader.compactString();
  const topicId = reader.uuid();
  const isInternal = reader.boolean();
  const partitions = reader.compactArray(() => readPartition(reader)).sort((a, b) => a.partition - b.partition);
  reader.int32(); // topic_authorized_operations
  reader.tags();
  return { errorCode, name, topicId, isInternal, partitions };
}

function readPartition(reader: WireReader): PartitionMetadata {
  const nodes = () => reader.compactArray(() => reader.int32());
  const partition = {
    errorCode: reader.int16(),
    partition: reader.int32(),
    leader: reader.int32(),
    leaderEpoch: reader.int32(),
    replicas: nodes(),
    inSyncReplicas: nodes(),
    offlineReplicas: nodes(),
  };
  reader.tags();
  return partition;
}
