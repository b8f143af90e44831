import { type Clock, HourmillError, invariant, isHourmillError, retry, systemClock } from '@hourmill/core';
import type { KafkaConnection } from '@hourmill/pipeline';
import type { Api, BrokerVersions } from '../protocol/api.ts';
import { describeConfigs } from '../protocol/describe-configs.ts';
import { type FetchRequest, type FetchResponse, fetch, maxFetchVersion } from '../protocol/fetch.ts';
import type { Isolation } from '../protocol/isolation.ts';
import { isKafkaError } from '../protocol/kafka-errors.ts';
import { type ListedOffset, listOffsets } from '../protocol/list-offsets.ts';
import {
  type BrokerAddress,
  type ClusterMetadata,
  metadata,
  type PartitionMetadata,
  type TopicMetadata,
} from '../protocol/metadata.ts';
import { type HostAndPort, parseAddress } from './broker-address.ts';
import { Connections } from './connections.ts';
import type { NodeConnection, SendOptions } from './node-connection.ts';
import { partitionError } from './partition-error.ts';

export interface KafkaClientOptions {
  readonly connection: KafkaConnection;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** What fails in passing (no answer, no leader) is tried again for so long. Default: 2 minutes. */
  readonly deadlineMs?: number;
  /** For TCP, TLS and SASL together. Default: 10 s. */
  readonly connectTimeoutMs?: number;
  /** Default: 30 s. */
  readonly requestTimeoutMs?: number;
}

export interface OffsetQuery {
  readonly partition: number;
  /** Milliseconds since the epoch, or LATEST, EARLIEST or MAX_TIMESTAMP. */
  readonly timestamp: number;
}

/** What {@link KafkaClient.fetchOnce} wants; defaults: 500 ms, 1 byte, whoever leads. */
export type FetchQuery = Pick<FetchRequest, 'isolation' | 'topic' | 'topicId' | 'partition' | 'offset' | 'maxBytes'> &
  Partial<Pick<FetchRequest, 'maxWaitMs' | 'minBytes' | 'lastFetchedEpoch'>>;

/**
 * Our own requests to a Kafka cluster, over connections that kafkajs opens. It has no consumer group, commits nothing and resets
 * nothing. All may be called at once; after an abort the signal's reason is thrown.
 *
 * Failures: HM_INPUT_004 (TLS, authentication, a missing ACL: the message names the remedy), HM_INPUT_005 (no answer, also after
 * trying again until the deadline), HM_INPUT_011 (the broker is too old).
 */
export class KafkaClient implements AsyncDisposable {
  readonly #bootstrap: readonly HostAndPort[];
  readonly #connections: Connections;
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #nodes = new Map<number, BrokerAddress>();
  readonly #topics = new Map<string, TopicMetadata>();

  constructor(options: KafkaClientOptions) {
    const { connection, clock = systemClock, deadlineMs = 120_000 } = options;
    const { connectTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options;
    this.#bootstrap = connection.brokers.map(parseAddress);
    this.#connections = new Connections({ connection, connectTimeoutMs, requestTimeoutMs });
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
  }

  /** Brokers, cluster id and, of the named topics, partitions and leaders, as one broker sees them now. A topic may carry an error code. */
  cluster(topics: readonly string[], signal?: AbortSignal): Promise<ClusterMetadata> {
    return this.#persist(() => this.#askCluster(topics, signal), signal);
  }

  /**
   * A topic as it is now. Single partitions may be without leader (-1) or carry an error code.
   * @throws HM_INPUT_001 when there is none, HM_INPUT_004 when the ACL `Describe` is missing
   */
  topic(name: string, signal?: AbortSignal): Promise<TopicMetadata> {
    return this.#persist(() => this.topicNow(name, signal), signal);
  }

  /** {@link topic} without a second try. */
  async topicNow(name: string, signal: AbortSignal | undefined): Promise<TopicMetadata> {
    const { topics } = await this.#askCluster([name], signal);
    const topic = topics[0];
    const errorCode = topic?.errorCode ?? -1;
    if (topic === undefined || errorCode !== 0) {
      throw partitionError(errorCode, { topic: name, operation: 'Describe' });
    }
    this.#topics.set(name, topic);
    return topic;
  }

  /** What the broker speaks; without node id any of them. */
  async versions(nodeId?: number, signal?: AbortSignal): Promise<BrokerVersions> {
    const node = await this.#persist(
      () => (nodeId === undefined ? this.#anyNode(signal) : this.#node(nodeId, signal)),
      signal,
    );
    return node.versions;
  }

  /** One request to one broker, tried once. */
  async send<Request, Response>(
    nodeId: number,
    api: Api<Request, Response>,
    request: Request,
    options: SendOptions = {},
  ): Promise<Response> {
    return (await this.#node(nodeId, options.signal)).send(api, request, options);
  }

  /**
   * One request to the leader of a partition, tried once. After a failure, or when the answer says that another one leads, call
   * {@link forget} first to try again.
   * @throws HM_INPUT_005 when there is no leader
   */
  async toLeader<Request, Response>(
    { topic, partition }: { readonly topic: string; readonly partition: number },
    api: Api<Request, Response>,
    request: (leader: PartitionMetadata) => Request,
    options: SendOptions = {},
  ): Promise<Response> {
    const leader = await this.#leader(topic, partition, options.signal);
    return this.send(leader.leader, api, request(leader), options);
  }

  /** The leaders of a topic are asked for anew before the next request. */
  forget(topic: string): void {
    this.#topics.delete(topic);
  }

  /**
   * Offsets of partitions by time, one request a leader. The answers are in the order of the queries; see {@link ListedOffset}.
   * @param queries each partition once
   * @throws HM_INPUT_004 when the ACL `Describe` is missing
   */
  async offsets(
    topic: string,
    queries: readonly OffsetQuery[],
    { isolation, signal }: { readonly isolation: Isolation; readonly signal?: AbortSignal | undefined },
  ): Promise<ListedOffset[]> {
    const found = new Map<number, ListedOffset>();
    await this.#persistAt(topic, signal, async () => {
      const missing = queries.filter(({ partition }) => !found.has(partition));
      const failures: HourmillError[] = [];
      for (const answer of await this.#askOffsets(topic, missing, isolation, signal)) {
        const { errorCode, partition } = answer;
        if (errorCode === 0) found.set(partition, answer);
        else failures.push(partitionError(errorCode, { topic, partition, operation: 'Describe' }));
      }
      const failure = failures.find(({ retryable }) => !retryable) ?? failures[0];
      if (failure !== undefined) throw failure;
    });
    return queries.map(({ partition }) => {
      const answer = found.get(partition);
      invariant(answer !== undefined, `partition ${partition} was answered`);
      return answer;
    });
  }

  /**
   * Batches of one partition from the one that holds `offset` on, at least one whole if there is any; the last may be cut.
   * @throws HM_INPUT_004 when the ACL `Read` is missing. OFFSET_OUT_OF_RANGE, UNKNOWN_TOPIC_ID and INCONSISTENT_TOPIC_ID are
   *   answers, in `errorCode`
   */
  fetchOnce(query: FetchQuery, options: SendOptions = {}): Promise<FetchResponse> {
    return this.#persistAt(query.topic, options.signal, async () => {
      const answer = await this.fetchNow(query, options);
      if (isFetchAnswer(answer.errorCode)) return answer;
      throw partitionError(answer.errorCode, { ...query, operation: 'Read' });
    });
  }

  /** {@link fetchOnce} without a second try, and with any `errorCode` as an answer. */
  fetchNow(query: FetchQuery, options: SendOptions = {}): Promise<FetchResponse> {
    const request = ({ leaderEpoch }: PartitionMetadata): FetchRequest => ({
      maxWaitMs: 500,
      minBytes: 1,
      lastFetchedEpoch: -1,
      ...query,
      leaderEpoch,
    });
    const maxVersion = maxFetchVersion(query.topicId);
    return this.toLeader(query, fetch, request, { ...options, maxVersion });
  }

  /**
   * Settings of a topic as they are in force, by key; null for one that is not there.
   * @throws HM_INPUT_004 when the ACL `DescribeConfigs` is missing
   */
  async topicSettings<Key extends string>(
    topic: string,
    keys: readonly Key[],
    signal?: AbortSignal,
  ): Promise<Record<Key, string | null>> {
    const values = await this.#persist(async () => {
      const node = await this.#anyNode(signal);
      const answer = await node.send(describeConfigs, { type: 'topic', name: topic, keys }, { signal });
      if (answer.errorCode === 0) return answer.values;
      throw partitionError(answer.errorCode, { topic, operation: 'DescribeConfigs' });
    }, signal);
    return Object.fromEntries(keys.map((key) => [key, values.get(key) ?? null])) as Record<Key, string | null>;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#connections[Symbol.asyncDispose]();
  }

  async #askOffsets(
    topic: string,
    queries: readonly OffsetQuery[],
    isolation: Isolation,
    signal: AbortSignal | undefined,
  ): Promise<readonly ListedOffset[]> {
    const byLeader = new Map<number, { partition: number; timestamp: number; leaderEpoch: number }[]>();
    for (const query of queries) {
      const { leader, leaderEpoch } = await this.#leader(topic, query.partition, signal);
      const same = byLeader.get(leader) ?? [];
      byLeader.set(leader, same);
      same.push({ ...query, leaderEpoch });
    }
    const answers = [...byLeader].map(([leader, partitions]) =>
      this.send(leader, listOffsets, { isolation, topic, partitions }, { signal }),
    );
    return (await Promise.all(answers)).flat();
  }

  async #leader(topic: string, partition: number, signal: AbortSignal | undefined): Promise<PartitionMetadata> {
    const known = this.#topics.get(topic) ?? (await this.topicNow(topic, signal));
    const found = known.partitions.find((candidate) => candidate.partition === partition);
    if (found !== undefined && found.leader >= 0) return found;
    const reason = found === undefined ? 'is not there' : 'has no leader';
    throw new HourmillError('HM_INPUT_005', `topic ${topic}: partition ${partition} ${reason}`, {
      context: { topic, partition },
    });
  }

  async #askCluster(topics: readonly string[], signal: AbortSignal | undefined): Promise<ClusterMetadata> {
    const node = await this.#anyNode(signal);
    const answer = await node.send(metadata, { topics }, { signal });
    for (const broker of answer.brokers) this.#nodes.set(broker.nodeId, broker);
    return answer;
  }

  async #node(nodeId: number, signal: AbortSignal | undefined): Promise<NodeConnection> {
    if (!this.#nodes.has(nodeId)) await this.#askCluster([], signal);
    const broker = this.#nodes.get(nodeId);
    if (broker !== undefined) return this.#connections.to(broker, signal);
    throw new HourmillError('HM_INPUT_005', `Kafka does not name a broker ${nodeId}`, { context: { nodeId } });
  }

  /** The first broker that can be reached, of those in the definition and those that the cluster named. */
  async #anyNode(signal: AbortSignal | undefined): Promise<NodeConnection> {
    const failures: unknown[] = [];
    for (const broker of [...this.#bootstrap, ...this.#nodes.values()]) {
      try {
        return await this.#connections.to(broker, signal);
      } catch (error) {
        if (!isHourmillError(error, 'HM_INPUT_005')) throw error;
        failures.push(error);
      }
    }
    throw failures[0];
  }

  /** As {@link #persist}; before each further try it is asked anew who leads. */
  #persistAt<T>(topic: string, signal: AbortSignal | undefined, action: () => Promise<T>): Promise<T> {
    const tried = async () => {
      try {
        return await action();
      } catch (error) {
        this.forget(topic);
        throw error;
      }
    };
    return this.#persist(tried, signal);
  }

  #persist<T>(action: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return retry(action, { clock: this.#clock, deadlineMs: this.#deadlineMs, ...(signal && { signal }) });
  }
}

/** What trying again cannot change, and only the caller knows the meaning of. */
function isFetchAnswer(errorCode: number): boolean {
  return isKafkaError(errorCode, 'NONE', 'OFFSET_OUT_OF_RANGE', 'UNKNOWN_TOPIC_ID', 'INCONSISTENT_TOPIC_ID');
}
