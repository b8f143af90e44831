import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import type { ObjectSplit, SplitReader } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import { damagedSplit } from '../damaged-split.ts';
import type { TextProducer } from '../text-producer.ts';
import { untilReady } from '../until-ready.ts';
import { FrameWalker } from './frame-walker.ts';

const PIECE_BYTES = 256 * 1024;

/**
 * The text of a zstd file by the documented decoder, a stream for each frame: for a Node whose decoder is made in another
 * way than the one that `zstd-handle.ts` knows. Slower, and it always waits.
 */
export class ZstdStreamText implements TextProducer {
  readonly historyBytes = 0;
  readonly fillBytes = PIECE_BYTES;
  readonly overshootBytes = 0;
  readonly position = 0;
  readonly startOffset = 0;
  readonly #kernel: Kernel;
  readonly #reader: SplitReader;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  /** Text that was decoded and not given yet: a part of at most one piece. */
  #piece: Uint8Array = new Uint8Array(0);
  #ended = false;

  constructor(kernel: Kernel, reader: SplitReader, split: ObjectSplit) {
    this.#kernel = kernel;
    this.#reader = reader;
    this.#pieces = decodeFrames(reader, split);
  }

  get ended(): boolean {
    return this.#ended;
  }

  fill(out: number): number | Promise<void> {
    if (this.#ended) return out;
    if (this.#piece.length === 0) return this.#next();
    const filled = this.#piece.subarray(0, PIECE_BYTES);
    this.#kernel.bytes.set(filled, out);
    this.#piece = this.#piece.subarray(filled.length);
    return out + filled.length;
  }

  async close(): Promise<void> {
    await this.#pieces.return(undefined);
    await this.#reader.close();
  }

  async #next(): Promise<void> {
    const { done, value } = await this.#pieces.next();
    if (done === true) this.#ended = true;
    else this.#piece = value;
  }
}

async function* decodeFrames(reader: SplitReader, split: ObjectSplit): AsyncGenerator<Uint8Array> {
  const input = new FrameInput(reader, split.bytes);
  try {
    // An empty file has lost its only frame, so there is always one to decode.
    do yield* decodeFrame(input);
    while (input.hasMore);
  } catch (cause) {
    if (input.failed) throw cause;
    throw damagedSplit(split.id, 'zstd', cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function* decodeFrame(input: FrameInput): AsyncGenerator<Uint8Array> {
  const decoder = createZstdDecompress({ chunkSize: PIECE_BYTES });
  // Its errors, and those of the input, come out of the decoder as well.
  const feeding = pipeline(Readable.from(input.nextFrame()), decoder).catch(() => {});
  try {
    yield* decoder;
  } finally {
    decoder.destroy();
    await feeding;
  }
}

/** The bytes of a split, frame by frame. */
class FrameInput {
  readonly #reader: SplitReader;
  readonly #splitBytes: number;
  readonly #walker = new FrameWalker();
  #position = 0;
  #rest: Uint8Array = new Uint8Array(0);
  /** True once the reader threw: the error is the reader's and not that of the content. */
  failed = false;

  constructor(reader: SplitReader, splitBytes: number) {
    this.#reader = reader;
    this.#splitBytes = splitBytes;
  }

  get hasMore(): boolean {
    return this.#rest.length > 0 || this.#position < this.#splitBytes;
  }

  /** The pieces of the next frame, or of what is there of it. */
  async *nextFrame(): AsyncGenerator<Uint8Array> {
    const { frames } = this.#walker;
    while (this.#walker.frames === frames && this.hasMore) {
      if (this.#rest.length === 0) this.#rest = await this.#read();
      const piece = this.#rest.subarray(0, this.#walker.advance(this.#rest));
      this.#rest = this.#rest.subarray(piece.length);
      yield piece;
    }
  }

  async #read(): Promise<Uint8Array> {
    const piece = new Uint8Array(PIECE_BYTES);
    try {
      const bytesRead = await untilReady(() => this.#reader.read(piece, 0, piece.length, this.#position));
      this.#position += bytesRead;
      return piece.subarray(0, bytesRead);
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }
}
