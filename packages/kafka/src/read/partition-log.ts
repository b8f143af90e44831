import {
  type AbortedTransaction,
  type Clock,
  HourmillError,
  isHourmillError,
  type KafkaSplit,
  retry,
} from '@hourmill/core';
import type { KafkaClient } from '../client/kafka-client.ts';
import { partitionError } from '../client/partition-error.ts';
import type { FetchResponse } from '../protocol/fetch.ts';
import { isKafkaError } from '../protocol/kafka-errors.ts';
import { EARLIEST, EARLIEST_LOCAL, LATEST } from '../protocol/list-offsets.ts';
import type { TopicMetadata } from '../protocol/metadata.ts';
import { FetchSize } from './fetch-size.ts';
import { logCut, logDiverged, offsetsGone, topicReplaced, transactionOpen } from './log-changes.ts';
import type { ResponseBuffers } from './response-buffers.ts';
import { walkBatches } from './walk-batches.ts';

export interface PartitionLogOptions {
  readonly client: Pick<KafkaClient, 'fetchNow' | 'forget' | 'offsets' | 'topicNow'>;
  readonly buffers: ResponseBuffers;
  readonly clock: Clock;
  /** Of record batches that are asked for at once. */
  readonly maxBytes: number;
  /** A broker that has nothing answers after so long. */
  readonly maxWaitMs: number;
  /** What fails in passing is tried again for so long without anything new. */
  readonly deadlineMs: number;
  /** Offsets that are gone are no failure. */
  readonly acceptLoss: boolean;
  /** How long a new leader may take to know again all that the old one had. */
  readonly recoveryMs: number;
}

/** Whole record batches, and the memory that they lie in. */
export interface FetchedBatches {
  readonly bytes: Uint8Array;
  readonly aborted: readonly AbortedTransaction[];
  /** To be given back. */
  readonly memory: Uint8Array;
  /** The log begins at this offset now, and nothing between it and the batches before is there any more. */
  readonly goneBefore?: number;
}

const MAX_PAUSE_MS = 2_000;
const NOTHING = new Uint8Array(0);

/**
 * Reads the log of a split from its start to its end, one request after the other, each from exactly where the batches of the one
 * before ended. What passes by itself is tried again from there: leaders that change, brokers that are restarted. What
 * means that offsets are gone, or not those of the plan, is an error, never a jump.
 */
export class PartitionLog {
  readonly #split: KafkaSplit;
  readonly #options: PartitionLogOptions;
  readonly #signal: AbortSignal;
  readonly #size: FetchSize;
  #offset: number;
  #leaderEpoch = -1;
  #isEnd: boolean;
  #isTopicSure = true;
  /** Answers in a row that had nothing although all up to the end must be there. */
  #emptyAnswers = 0;
  /** Since when the leader does not know of all offsets up to the end; null: it does. */
  #behindSince: number | null = null;

  constructor(split: KafkaSplit, signal: AbortSignal, options: PartitionLogOptions) {
    this.#split = split;
    this.#signal = signal;
    this.#options = options;
    this.#size = new FetchSize(split, options.maxBytes);
    this.#offset = split.startOffset;
    this.#isEnd = split.startOffset >= split.endOffset;
  }

  /** All before the split's end has been given. */
  get isEnd(): boolean {
    return this.#isEnd;
  }

  /**
   * The next batches; none when what is left of the split is a hole.
   * @throws HM_INPUT_004 to HM_INPUT_008, HM_INPUT_010; the signal's reason once it is aborted
   */
  async fetch(): Promise<FetchedBatches | null> {
    const { clock, deadlineMs } = this.#options;
    const retrying = { clock, deadlineMs, maxPauseMs: MAX_PAUSE_MS, signal: this.#signal };
    while (!this.#isEnd) {
      const batches = await retry(() => this.#try(), retrying);
      if (batches !== null) return batches;
    }
    return null;
  }

  async #try(): Promise<FetchedBatches | null> {
    const { client } = this.#options;
    try {
      // A topic that is made anew, or a leader that changes, shows itself by a failure.
      if (!this.#isTopicSure) await checkTopic(this.#split, client.topicNow(this.#split.topic, this.#signal));
      this.#isTopicSure = true;
      return await this.#fetchNow();
    } catch (error) {
      this.#isTopicSure = false;
      client.forget(this.#split.topic);
      throw isHourmillError(error, 'HM_INPUT_001') ? topicReplaced(this.#split, null) : error;
    }
  }

  async #fetchNow(): Promise<FetchedBatches | null> {
    const { client, buffers, maxWaitMs } = this.#options;
    const { topic, topicId, partition, isolation } = this.#split;
    let memory: Uint8Array = NOTHING;
    const allocate = (bytes: number) => {
      memory = buffers.take(bytes);
      return memory;
    };
    const query = {
      ...{ topic, topicId, partition, isolation, offset: this.#offset, lastFetchedEpoch: this.#leaderEpoch },
      maxBytes: this.#size.at(this.#offset),
      maxWaitMs,
    };
    const answer = await client.fetchNow(query, { signal: this.#signal, allocate });
    const logStart = answer.errorCode === 0 ? answer.logStartOffset : await this.#newStart(answer.errorCode);
    if (logStart > this.#offset) {
      buffers.giveBack(memory);
      return this.#goOnFrom(logStart);
    }
    this.#checkLog(answer);
    const bytes = this.#take(answer);
    await this.#lookForHole(answer);
    if (bytes.length > 0) return { bytes, aborted: answer.aborted, memory };
    buffers.giveBack(memory);
    return null;
  }

  #take(answer: FetchResponse): Uint8Array {
    const walked = walkBatches(answer.records, this.#offset, this.#split);
    this.#size.saw(this.#offset, walked);
    if (walked.bytes === 0 && !walked.isEnd && answer.records.length > 0) {
      throw new HourmillError('HM_INPUT_005', `${this.#split.id}: the first batch of an answer is cut`);
    }
    this.#isEnd = walked.isEnd;
    if (walked.bytes > 0) this.#leaderEpoch = walked.leaderEpoch;
    this.#offset = walked.nextOffset;
    return answer.records.subarray(0, walked.bytes);
  }

  /**
   * Compaction may have emptied the end of a log. One answer without anything may have other reasons, so it takes two; and a
   * broker that is slow to get records out of tiered storage has nothing to say however often it is asked.
   */
  async #lookForHole({ records, throttleMs }: FetchResponse): Promise<void> {
    const isEmpty = records.length === 0 && throttleMs === 0 && this.#behindSince === null;
    this.#emptyAnswers = isEmpty ? this.#emptyAnswers + 1 : 0;
    if (this.#isEnd || this.#emptyAnswers < 2) return;
    if ((await this.#ask(EARLIEST_LOCAL)) > this.#offset) {
      const { id } = this.#split;
      throw new HourmillError(
        'HM_INPUT_005',
        `${id}: the broker has offset ${this.#offset} in tiered storage, and does not give it`,
      );
    }
    this.#isEnd = true;
  }

  /** @throws HM_INPUT_006 unless losses are accepted */
  #goOnFrom(logStart: number): FetchedBatches {
    const { endOffset } = this.#split;
    if (!this.#options.acceptLoss) throw offsetsGone(this.#split, this.#offset, logStart);
    this.#offset = Math.min(logStart, endOffset);
    this.#isEnd = this.#offset === endOffset;
    return { bytes: NOTHING, aborted: [], memory: NOTHING, goneBefore: this.#offset };
  }

  #checkLog({ divergingOffset, highWatermark, lastStableOffset }: FetchResponse): void {
    if (divergingOffset !== null) throw logDiverged(this.#split, divergingOffset);
    this.#checkEnd(highWatermark, lastStableOffset);
  }

  /** Where the log begins, if that is what the error is about. */
  async #newStart(errorCode: number): Promise<number> {
    const split = this.#split;
    if (!isKafkaError(errorCode, 'OFFSET_OUT_OF_RANGE'))
      throw partitionError(errorCode, { ...split, operation: 'Read' });
    const logStart = await this.#ask(EARLIEST);
    if (logStart > this.#offset) return logStart;
    const latest = await this.#ask(LATEST);
    this.#checkEnd(latest, latest);
    throw new HourmillError('HM_INPUT_005', `${split.id}: the leader does not have offset ${this.#offset} yet`);
  }

  /** A new leader knows some of its last offsets only after a while, or never, if it was behind the old one. */
  #checkEnd(highWatermark: number, lastStableOffset: number): void {
    const split = this.#split;
    const end = split.isolation === 'read_committed' ? Math.min(highWatermark, lastStableOffset) : highWatermark;
    if (end >= split.endOffset) {
      this.#behindSince = null;
      return;
    }
    const now = this.#options.clock.now();
    this.#behindSince ??= now;
    if (now - this.#behindSince < this.#options.recoveryMs) return;
    throw highWatermark < split.endOffset ? logCut(split, highWatermark) : transactionOpen(split, lastStableOffset);
  }

  async #ask(timestamp: number): Promise<number> {
    const { topic, partition } = this.#split;
    const options = { isolation: 'read_uncommitted', signal: this.#signal } as const;
    return (await this.#options.client.offsets(topic, [{ partition, timestamp }], options))[0]?.offset ?? -1;
  }
}

/**
 * Whether the topic is the one that was planned.
 * @param found what it is now
 * @throws HM_INPUT_007 when it is not; HM_INPUT_004 when the ACL `Describe` is missing
 */
export async function checkTopic(split: KafkaSplit, found: Promise<TopicMetadata>): Promise<void> {
  let topicId: string | null = null;
  try {
    topicId = (await found).topicId;
  } catch (error) {
    if (!isHourmillError(error, 'HM_INPUT_001')) throw error;
  }
  if (topicId !== split.topicId) throw topicReplaced(split, topicId);
}
