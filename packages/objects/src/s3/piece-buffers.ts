/**
 * Memory that pieces of objects are read into, used again and again: to allocate megabytes for each piece costs as much as
 * to receive it, and makes the collector run. Not for more than one thread.
 */
export class PieceBuffers {
  readonly #pieceBytes: number;
  readonly #free: ArrayBuffer[] = [];

  /** @param pieceBytes that a piece has at most */
  constructor(pieceBytes: number) {
    this.#pieceBytes = pieceBytes;
  }

  /** Memory of any content. It is the caller's. */
  take(bytes: number): Uint8Array {
    return new Uint8Array(this.#free.pop() ?? new ArrayBuffer(this.#pieceBytes), 0, bytes);
  }

  /** @param piece one that was taken, and that nobody reads or writes any more */
  giveBack(piece: Uint8Array): void {
    this.#free.push(piece.buffer as ArrayBuffer);
  }
}
