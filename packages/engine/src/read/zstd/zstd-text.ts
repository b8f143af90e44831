import type { ObjectSplit, SplitReader } from '@hourmill/core';
import type { Kernel } from '@hourmill/kernel';
import { damagedSplit } from '../damaged-split.ts';
import { SplitInput } from '../split-input.ts';
import type { TextProducer } from '../text-producer.ts';
import { FrameWalker } from './frame-walker.ts';
import { openZstdHandle, type ZstdHandle, type ZstdStep } from './zstd-handle.ts';
import { ZstdStreamText } from './zstd-stream-text.ts';

const FILL_BYTES = 256 * 1024;

/** The text of a zstd file: frames one after another are one text, skippable ones hold none. */
export function zstdText(kernel: Kernel, reader: SplitReader, split: ObjectSplit): TextProducer {
  const handle = openZstdHandle();
  if (handle === null) return new ZstdStreamText(kernel, reader, split);
  return new ZstdHandleText(kernel, reader, split, handle);
}

/** Decoded by Node's binding, from memory to memory. */
class ZstdHandleText implements TextProducer {
  readonly historyBytes = 0;
  readonly fillBytes = FILL_BYTES;
  readonly overshootBytes = 0;
  readonly position = 0;
  readonly startOffset = 0;
  readonly #kernel: Kernel;
  readonly #id: string;
  readonly #handle: ZstdHandle;
  readonly #input: SplitInput;
  readonly #frames = new FrameWalker();
  #ended = false;
  /** How far a fill has come that had to wait for input. */
  #reached: number | undefined;

  constructor(kernel: Kernel, reader: SplitReader, split: ObjectSplit, handle: ZstdHandle) {
    this.#kernel = kernel;
    this.#id = split.id;
    this.#handle = handle;
    this.#input = new SplitInput(kernel, reader, split.bytes);
  }

  get ended(): boolean {
    return this.#ended;
  }

  fill(out: number): number | Promise<void> {
    const limit = out + FILL_BYTES;
    let reached = this.#reached ?? out;
    while (reached < limit && !this.#ended) {
      if (this.#input.start === this.#input.end && !this.#input.isEnd) {
        const waiting = this.#input.readMore();
        if (waiting !== undefined) {
          this.#reached = reached;
          return waiting;
        }
      }
      const { used, written } = this.#decode(reached, limit);
      reached += written;
      // With room left in the output the decoder holds nothing back, so it has seen all there is.
      if (this.#input.isEnd && this.#input.start === this.#input.end && reached < limit) this.#end();
      else if (used === 0 && written === 0) throw damagedSplit(this.#id, 'zstd', 'the decoder does not go on');
    }
    this.#reached = undefined;
    return reached;
  }

  close(): void | Promise<void> {
    this.#handle.close();
    return this.#input.close();
  }

  #decode(out: number, limit: number): ZstdStep {
    const { start, end } = this.#input;
    const { bytes } = this.#kernel;
    try {
      const step = this.#handle.decode(bytes, start, end, out, limit);
      for (let at = start; at < start + step.used; ) at += this.#frames.advance(bytes.subarray(at, start + step.used));
      this.#input.take(start + step.used);
      return step;
    } catch (cause) {
      throw damagedSplit(this.#id, 'zstd', cause instanceof Error ? cause.message : String(cause), cause);
    }
  }

  #end(): void {
    const { frames, isBetweenFrames } = this.#frames;
    if (!isBetweenFrames || frames === 0) throw damagedSplit(this.#id, 'zstd', 'it ends too early');
    this.#ended = true;
  }
}
