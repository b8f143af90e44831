import {
  checkTransition,
  HourmillError,
  invariant,
  isHourmillError,
  isoMillis,
  type Ledger,
  type LedgerEntry,
  ledgerKey,
  ledgerPrefix,
  ledgerRoot,
  type Millis,
  type NewLedgerEntry,
  type ObjectStore,
  sha256,
  type TimeChunk,
} from '@hourmill/core';
import { damaged, decodeEntry, encodeEntry, entryHash } from './entry-file.ts';
import { chunkStartOf, prefixesOf } from './recorded-chunks.ts';

export interface LedgerOptions {
  readonly store: ObjectStore;
  /** Name of the pipeline. */
  readonly pipeline: string;
}

/**
 * The ledger of one pipeline as small objects, one an entry (DESIGN.md section 8, docs/formats/ledger.md). It rests on
 * one promise of the store: of all who create the same key exactly one succeeds.
 */
export function createLedger(options: LedgerOptions): Ledger {
  return new StoreLedger(options.store, options.pipeline);
}

class StoreLedger implements Ledger {
  readonly #store: ObjectStore;
  readonly #pipeline: string;

  constructor(store: ObjectStore, pipeline: string) {
    this.#store = store;
    this.#pipeline = pipeline;
  }

  async history(chunk: TimeChunk, signal?: AbortSignal): Promise<readonly LedgerEntry[]> {
    const sequences = await this.#sequences(chunk, signal);
    const entries: LedgerEntry[] = [];
    let previous: string | null = null;
    for (const [index, sequence] of sequences.entries()) {
      const key = ledgerKey(this.#pipeline, chunk, index + 1);
      if (sequence !== index + 1) throw damaged(key, `it is missing, but there is an entry ${sequence}`);
      const { entry, hash } = await this.#read(chunk, sequence, signal);
      if (entry.previous !== previous) throw damaged(key, 'its `previous` is not the hash of the entry before');
      entries.push(entry);
      previous = hash;
    }
    return entries;
  }

  async append(chunk: TimeChunk, last: LedgerEntry | undefined, entry: NewLedgerEntry): Promise<LedgerEntry> {
    invariant(entry.pipeline === this.#pipeline, `an entry of ${entry.pipeline} in the ledger of ${this.#pipeline}`);
    invariant(entry.hour === isoMillis(chunk.startMs), `an entry of ${entry.hour} in the hour ${chunk.startMs}`);
    checkTransition(last?.state, entry.state, last?.runId === entry.runId ? 'same-run' : 'other-run');
    const ours = toEntry(entry, last, await this.#store.now());
    const key = ledgerKey(this.#pipeline, chunk, ours.sequence);
    if ((await this.#store.create(key, encodeEntry(ours))) === 'created') return ours;
    const { entry: theirs } = await this.#read(chunk, ours.sequence);
    if (isSameButForTime(ours, theirs)) return theirs;
    throw new HourmillError(
      'HM_LEDGER_002',
      `run ${theirs.runId} of ${theirs.owner} wrote entry ${theirs.sequence} (${theirs.state}) of ${theirs.hour} first`,
      { context: { key, winner: theirs.runId, winnerState: theirs.state, run: ours.runId, state: ours.state } },
    );
  }

  async recorded(fromMs: Millis, toMs: Millis, signal?: AbortSignal): Promise<readonly Millis[]> {
    const root = ledgerRoot(this.#pipeline);
    const starts = new Set<Millis>();
    for (const prefix of prefixesOf(fromMs, toMs)) {
      for await (const { key } of this.#store.list(root + prefix, signal)) {
        const startMs = chunkStartOf(key.slice(root.length));
        if (startMs !== undefined && startMs >= fromMs && startMs < toMs) starts.add(startMs);
      }
    }
    return [...starts].sort((a, b) => a - b);
  }

  now(): Promise<Millis> {
    return this.#store.now();
  }

  /** The numbers of the hour's entries in rising order. Files of other names are none of ours. */
  async #sequences(chunk: TimeChunk, signal?: AbortSignal): Promise<number[]> {
    const prefix = ledgerPrefix(this.#pipeline, chunk);
    const sequences: number[] = [];
    for await (const { key } of this.#store.list(prefix, signal)) {
      const digits = /^(\d{6,})\.json$/.exec(key.slice(prefix.length))?.[1];
      if (digits !== undefined) sequences.push(Number(digits));
    }
    return sequences.sort((a, b) => a - b);
  }

  /** An entry, and what the next one calls it: the hash of its file. */
  async #read(
    chunk: TimeChunk,
    sequence: number,
    signal?: AbortSignal,
  ): Promise<{ readonly entry: LedgerEntry; readonly hash: string }> {
    const key = ledgerKey(this.#pipeline, chunk, sequence);
    try {
      const bytes = await this.#store.get(key, signal);
      return { entry: decodeEntry(bytes, { key, pipeline: this.#pipeline, chunk, sequence }), hash: sha256(bytes) };
    } catch (error) {
      // It was listed, or kept us from creating it, a moment ago.
      if (isHourmillError(error, 'HM_STORE_003')) throw damaged(key, 'it was removed while it was read');
      throw error;
    }
  }
}

function hashOf(entry: LedgerEntry | undefined): string | null {
  return entry === undefined ? null : entryHash(entry);
}

function toEntry({ leaseMs, ...entry }: NewLedgerEntry, last: LedgerEntry | undefined, nowMs: Millis): LedgerEntry {
  return {
    ...entry,
    version: 1,
    sequence: (last?.sequence ?? 0) + 1,
    previous: hashOf(last),
    at: isoMillis(nowMs),
    leaseUntil: leaseMs === null ? null : isoMillis(nowMs + leaseMs),
  };
}

/**
 * Whether the entry that stands is our own, of an earlier try whose answer was lost. That try was made at another
 * moment, so its times may differ; a run writes one entry after another, so all else tells.
 */
function isSameButForTime(ours: LedgerEntry, theirs: LedgerEntry): boolean {
  const atTheirTime = { ...ours, at: theirs.at, leaseUntil: theirs.leaseUntil };
  return Buffer.compare(encodeEntry(atTheirTime), encodeEntry(theirs)) === 0;
}
