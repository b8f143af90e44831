/** The pieces of an input, one by one, with a place to give back what was taken too much. */
export class InputPieces {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #returned: Uint8Array = new Uint8Array(0);
  /** True once the input itself threw: the error is the input's and not that of its content. */
  failed = false;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#iterator = pieces[Symbol.asyncIterator]();
  }

  /** The next piece, never empty; undefined at the end. Throws what the input throws. */
  async next(): Promise<Uint8Array | undefined> {
    const returned = this.#returned;
    if (returned.length > 0) {
      this.#returned = new Uint8Array(0);
      return returned;
    }
    for (;;) {
      const piece = await this.#pull();
      if (piece === undefined || piece.length > 0) return piece;
    }
  }

  async #pull(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#iterator.next();
      return done === true ? undefined : value;
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }

  /** Puts bytes in front of all that `next` has not given yet. */
  giveBack(bytes: Uint8Array): void {
    this.#returned = Buffer.concat([bytes, this.#returned]);
  }

  async hasMore(): Promise<boolean> {
    const piece = await this.next();
    if (piece !== undefined) this.giveBack(piece);
    return piece !== undefined;
  }

  /** Lets the input release its file or connection. */
  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
