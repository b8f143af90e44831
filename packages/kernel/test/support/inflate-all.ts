import { INFLATE, INFLATE_DAMAGE } from '../../src/exports/inflate.ts';
import type { Kernel } from '../../src/kernel.ts';

/** Buffers and steps of a reading of gzip. */
export interface InflateSizes {
  /** Of the buffer for input. */
  readonly inputBytes: number;
  /** Of input, that come at once. */
  readonly stepBytes: number;
  /** Of text, after which a call returns. */
  readonly chunkBytes: number;
}

/** The text of a gzip file by the kernel's streaming inflate. Throws what is wrong with it. */
export function inflateAll(kernel: Kernel, file: Uint8Array, sizes: InflateSizes): Buffer {
  const { exports } = kernel;
  const outputBytes = INFLATE.windowBytes + sizes.chunkBytes + INFLATE.overshootBytes;
  const buffer = exports.allocate(sizes.inputBytes + INFLATE.endBytes);
  const text = exports.allocate(outputBytes);
  const stream = exports.inflateOpen();
  try {
    return Buffer.concat([...chunks(kernel, file, sizes, { buffer, text, stream })]);
  } finally {
    exports.inflateClose(stream);
    exports.release(text, outputBytes);
    exports.release(buffer, sizes.inputBytes + INFLATE.endBytes);
  }
}

function* chunks(
  kernel: Kernel,
  file: Uint8Array,
  { inputBytes, stepBytes, chunkBytes }: InflateSizes,
  { buffer, text, stream }: { buffer: number; text: number; stream: number },
): Generator<Uint8Array> {
  const { exports } = kernel;
  const limit = text + INFLATE.windowBytes + chunkBytes;
  let [input, end, output, position] = [buffer, buffer, text, 0];
  for (;;) {
    const isEnd = position === file.length;
    // What lies behind the input before its end, and behind the text, may be anything.
    kernel.bytes.fill(isEnd ? 0 : 0xa5, end, end + INFLATE.endBytes);
    kernel.bytes.fill(0x5a, output, limit + INFLATE.overshootBytes);
    const answer = exports.inflate(stream, input, end, Number(isEnd), output, limit);
    if (answer < 0) throw new Error(INFLATE_DAMAGE[answer]);
    const reached = exports.inflateOutput(stream);
    yield kernel.bytes.slice(output, reached);
    output = reached;
    input = exports.inflateInput(stream);
    if (answer === INFLATE.ended) return;
    if (answer === INFLATE.outputFull) {
      kernel.bytes.copyWithin(text, output - INFLATE.windowBytes, output);
      kernel.bytes.fill(0x5a, text + INFLATE.windowBytes, output);
      output = text + INFLATE.windowBytes;
    } else {
      kernel.bytes.copyWithin(buffer, input, end);
      end = buffer + end - input;
      input = buffer;
      const piece = file.subarray(position, position + Math.min(stepBytes, buffer + inputBytes - end));
      kernel.bytes.set(piece, end);
      end += piece.length;
      position += piece.length;
    }
  }
}
