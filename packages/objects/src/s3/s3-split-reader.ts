import type { SplitReader } from '@hourmill/core';
import type { PieceBuffers } from './piece-buffers.ts';
import { type PlannedObject, readRange } from './read-range.ts';

export interface ReadAhead {
  /** How much one request asks for. */
  readonly pieceBytes: number;
  /** How many pieces are under way or held at once. */
  readonly pieces: number;
}

export interface S3SplitReaderOptions extends ReadAhead {
  readonly signal: AbortSignal;
  /** For pieces of `pieceBytes` and of {@link TAIL_BYTES}. */
  readonly buffers: PieceBuffers;
  /** Hardly anything is fetched ahead behind this position. */
  readonly expectedEnd: number;
}

/** A part of the object. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
  isThere: boolean;
  /** Fulfilled when `bytes` are there. A rejection is thrown to whoever waits for it, and is no unhandled one. */
  readonly ready: Promise<void>;
}

/** What is fetched behind the expected end at first: the rest of a line. Each further piece is twice as long. */
export const TAIL_BYTES = 64 * 1024;

/**
 * Reads a planned object by requests for ranges, several at once, ahead of the reader. Pieces arrive in buffers of their
 * own and are copied when they are asked for, so nobody's memory is held while one waits. A piece is let go of as soon as
 * it was read to its end: while one reads onwards, at most `pieces` of them exist, under way or waiting to be read.
 */
export class S3SplitReader implements SplitReader {
  readonly #object: PlannedObject;
  readonly #aheadEnd: number;
  readonly #pieceBytes: number;
  readonly #maxPieces: number;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #buffers: PieceBuffers;
  /** One behind the other; the first is the one that is read. */
  #pieces: Piece[] = [];
  #tailBytes = TAIL_BYTES;

  constructor(object: PlannedObject, { signal, expectedEnd, pieceBytes, pieces, buffers }: S3SplitReaderOptions) {
    this.#object = object;
    this.#aheadEnd = Math.min(expectedEnd + TAIL_BYTES, object.split.bytes);
    this.#pieceBytes = pieceBytes;
    this.#maxPieces = pieces;
    this.#buffers = buffers;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  read(memory: Uint8Array, at: number, length: number, position: number): number | Promise<void> {
    this.#signal.throwIfAborted();
    if (length === 0 || position >= this.#object.split.bytes) return 0;
    const { from, bytes, isThere, ready } = this.#pieceAt(position);
    if (!isThere) return ready;
    const wanted = bytes.subarray(position - from, position - from + length);
    memory.set(wanted, at);
    this.#fetchAhead(position + wanted.length);
    return wanted.length;
  }

  close(): void {
    this.#stop.abort();
    this.#letGo(Number.POSITIVE_INFINITY);
  }

  #pieceAt(position: number): Piece {
    const first = this.#pieces[0];
    if (first !== undefined && position < first.from) this.#letGo(Number.POSITIVE_INFINITY);
    this.#fetchAhead(position);
    return this.#pieces[0] ?? this.#fetchTail(position);
  }

  /** Lets go of what lies before `position`, and asks for what is wanted behind it. */
  #fetchAhead(position: number): void {
    this.#letGo(position);
    let next = this.#pieces.at(-1)?.to ?? position;
    while (next < this.#aheadEnd && this.#pieces.length < this.#maxPieces) {
      next = this.#fetch(next, Math.min(next + this.#pieceBytes, this.#aheadEnd)).to;
    }
  }

  /** Lets go of the pieces that lie before `position`. */
  #letGo(position: number): void {
    while (this.#pieces[0] !== undefined && this.#pieces[0].to <= position) {
      const piece = this.#pieces.shift();
      // What a request may still write into is nobody else's.
      if (piece?.isThere) this.#buffers.giveBack(piece.bytes);
    }
  }

  #fetchTail(position: number): Piece {
    const to = Math.min(position + this.#tailBytes, this.#object.split.bytes);
    this.#tailBytes = Math.min(2 * this.#tailBytes, Math.max(this.#pieceBytes, TAIL_BYTES));
    return this.#fetch(position, to);
  }

  #fetch(from: number, to: number): Piece {
    const bytes = this.#buffers.take(to - from);
    const ready = readRange(this.#object, from, bytes, this.#signal).then(() => {
      piece.isThere = true;
    });
    ready.catch(() => {});
    const piece: Piece = { from, to, bytes, isThere: false, ready };
    this.#pieces.push(piece);
    return piece;
  }
}
