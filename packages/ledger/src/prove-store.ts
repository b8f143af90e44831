import { HourmillError, type ObjectStore } from '@hourmill/core';

export interface ProofOptions {
  /** Begins the keys of the proof's objects, which are removed at the end. */
  readonly prefix: string;
  /** Races of all writers. Default 8. */
  readonly rounds?: number;
  readonly signal?: AbortSignal;
}

const ROUNDS = 8;

/**
 * Proves by trying that a store keeps what the ledger rests on (assumptions A1 to A3 of docs/the-commit-protocol.md): of writers that
 * create one key at once exactly one wins, whoever asks afterwards reads and lists what that one wrote, and no later one creates it again.
 * A race is a matter of luck, so it is run several times; a store that does not know exclusive creation fails in the first.
 * @param stores the same store, opened at least twice, so that the writers have connections of their own
 * @throws HM_STORE_005 with what the store did, HM_STORE_* when it does not answer or refuses
 */
export async function proveStore(stores: readonly ObjectStore[], options: ProofOptions): Promise<void> {
  const { prefix, rounds = ROUNDS, signal } = options;
  const proof = new StoreProof(stores, signal);
  const keys = Array.from({ length: rounds }, (_, round) => `${prefix}${round}`);
  try {
    for (const key of keys) await proof.race(key);
    await proof.replace(`${prefix}replaced`);
  } finally {
    await proof.remove([...keys, `${prefix}replaced`]);
  }
  await proof.expectGone(prefix);
}

/** Each store writes so many times at once. */
const WRITERS_A_STORE = 2;

class StoreProof {
  readonly #stores: readonly ObjectStore[];
  readonly #signal: AbortSignal | undefined;

  constructor(stores: readonly ObjectStore[], signal: AbortSignal | undefined) {
    this.#stores = stores;
    this.#signal = signal;
  }

  /** All writers create one key at once. */
  async race(key: string): Promise<void> {
    const writers = this.#stores.flatMap((store) => Array.from({ length: WRITERS_A_STORE }, () => store));
    const answers = await Promise.all(writers.map((store, writer) => store.create(key, text(writer), this.#signal)));
    const winners = answers.flatMap((answer, writer) => (answer === 'created' ? [writer] : []));
    // None: the winner's answer was lost, and it found its own object when it tried again.
    if (winners.length > 1) throw this.#refuse(`let ${winners.length} of ${writers.length} writers create one object`);
    const [winner] = winners;
    const written = await this.#expectSame(key, winner === undefined ? undefined : text(winner));
    for (const store of this.#stores) await this.#createAgain(store, key);
    await this.#expectSame(key, written);
  }

  async replace(key: string): Promise<void> {
    for (const [version, store] of this.#stores.entries()) {
      await store.put(key, text(version), this.#signal);
      await this.#expectSame(key, text(version));
    }
  }

  async #createAgain(store: ObjectStore, key: string): Promise<void> {
    const answer = await store.create(key, text('again'), this.#signal);
    if (answer !== 'exists') throw this.#refuse('created an object that was there already');
  }

  /** Every reader must read these bytes, and list them; undefined: whatever the first one reads. */
  async #expectSame(key: string, expected: Uint8Array | undefined): Promise<Uint8Array> {
    let written = expected;
    for (const store of this.#stores) {
      const read = await store.get(key, this.#signal);
      written ??= read;
      if (Buffer.compare(read, written) !== 0) throw this.#refuse('gave back other bytes than were written last');
      const listed = await Array.fromAsync(store.list(key, this.#signal));
      if (!listed.some((object) => object.key === key))
        throw this.#refuse('did not list an object that it had created');
    }
    if (written === undefined) throw this.#refuse('was not opened');
    return written;
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#stores[0]?.delete(key);
  }

  async expectGone(prefix: string): Promise<void> {
    for (const store of this.#stores) {
      for await (const { key } of store.list(prefix, this.#signal)) {
        throw this.#refuse(`lists ${key}, which was removed`);
      }
    }
  }

  #refuse(what: string): HourmillError {
    const uri = this.#stores[0]?.uri ?? 'the store';
    return new HourmillError('HM_STORE_005', `${uri} ${what}; no ledger can live there`, { context: { store: uri } });
  }
}

function text(writer: number | string): Uint8Array {
  return new TextEncoder().encode(`written by ${writer}`);
}
