import type { ObjectSplit, SplitReader } from '@hourmill/core';
import { INFLATE, INFLATE_DAMAGE, type Kernel } from '@hourmill/kernel';
import { damagedSplit } from './damaged-split.ts';
import { SplitInput } from './split-input.ts';
import type { TextProducer } from './text-producer.ts';

const FILL_BYTES = 256 * 1024;

/**
 * The text of a gzip file, inflated by the kernel into the place where it is scanned. Members one after another are one
 * text; the CRC and size of each are checked before the text that follows it is given, those of the last one before the end.
 */
export class GzipText implements TextProducer {
  readonly historyBytes = INFLATE.windowBytes;
  readonly fillBytes = FILL_BYTES;
  readonly overshootBytes = INFLATE.overshootBytes;
  readonly position = 0;
  readonly startOffset = 0;
  readonly #kernel: Kernel;
  readonly #id: string;
  readonly #input: SplitInput;
  readonly #stream: number;
  #ended = false;
  /** The kernel has used up what was read. */
  #needsInput: boolean;
  /** How far a fill has come that had to wait for input. */
  #reached: number | undefined;

  constructor(kernel: Kernel, reader: SplitReader, split: ObjectSplit) {
    this.#kernel = kernel;
    this.#id = split.id;
    this.#input = new SplitInput(kernel, reader, split.bytes);
    this.#needsInput = split.bytes > 0;
    this.#stream = kernel.exports.inflateOpen();
  }

  get ended(): boolean {
    return this.#ended;
  }

  fill(out: number): number | Promise<void> {
    if (this.#ended) return out;
    let reached = this.#reached ?? out;
    let answer: number = INFLATE.needsInput;
    while (answer === INFLATE.needsInput) {
      const waiting = this.#needsInput ? this.#input.readMore() : undefined;
      if (waiting !== undefined) {
        this.#reached = reached;
        return waiting;
      }
      answer = this.#inflate(reached, out + FILL_BYTES);
      reached = this.#kernel.exports.inflateOutput(this.#stream);
      this.#needsInput = answer === INFLATE.needsInput;
    }
    if (answer < 0) throw damagedSplit(this.#id, 'gzip', INFLATE_DAMAGE[answer] ?? `damage ${answer}`);
    this.#ended = answer === INFLATE.ended;
    this.#reached = undefined;
    return reached;
  }

  close(): void | Promise<void> {
    this.#kernel.exports.inflateClose(this.#stream);
    return this.#input.close();
  }

  #inflate(out: number, limit: number): number {
    const { exports } = this.#kernel;
    const { start, end, isEnd } = this.#input;
    const answer = exports.inflate(this.#stream, start, end, Number(isEnd), out, limit);
    this.#input.take(answer < 0 ? end : exports.inflateInput(this.#stream));
    return answer;
  }
}
