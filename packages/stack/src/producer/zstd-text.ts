import { createReadStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';

/**
 * The text of a zstd file of any number of frames. Node's decoder drops what follows a frame within one piece, so each
 * such rest is given to a new one. Throws what the decoder or the file system throws.
 */
export async function* zstdText(file: string): AsyncGenerator<Buffer> {
  let decoder = new FrameDecoder();
  try {
    for await (const piece of createReadStream(file)) {
      for (let rest = piece as Buffer; rest.length > 0; ) {
        const { text, used } = await decoder.decode(rest);
        yield* text;
        rest = rest.subarray(used);
        if (rest.length > 0) {
          decoder.dispose();
          decoder = new FrameDecoder();
        }
      }
    }
    yield* await decoder.end();
  } finally {
    decoder.dispose();
  }
}

/** Node's decoder, asked piece by piece. */
class FrameDecoder {
  readonly #stream = createZstdDecompress();
  #text: Buffer[] = [];

  constructor() {
    this.#stream.on('data', (text: Buffer) => this.#text.push(text));
  }

  /** What the bytes give, and how many of them were used: not all when a frame ends before their end. */
  async decode(bytes: Buffer): Promise<{ readonly text: Buffer[]; readonly used: number }> {
    const before = this.#stream.bytesWritten;
    await new Promise<void>((resolve, reject) => {
      // A write that fails is not always called back.
      this.#stream.once('error', reject);
      this.#stream.write(bytes, () => {
        this.#stream.off('error', reject);
        resolve();
      });
    });
    return { text: this.#take(), used: this.#stream.bytesWritten - before };
  }

  /** The last of the text. Throws when a frame is not complete. */
  async end(): Promise<Buffer[]> {
    this.#stream.end();
    await finished(this.#stream);
    return this.#take();
  }

  dispose(): void {
    this.#stream.destroy();
  }

  #take(): Buffer[] {
    const text = this.#text;
    this.#text = [];
    return text;
  }
}
