import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { type Compression, HourmillError } from '@hourmill/core';
import { InputPieces } from './input-pieces.ts';

/** Node's decoders are Transform streams that count the input they have used. */
type Decoder = ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>;

/** Of decompressed pieces: small enough that the event loop gets its turn between them. */
const OUTPUT_PIECE_BYTES = 64 * 1024;

/**
 * The decompressed bytes of a split, in pieces. Several gzip members or zstd frames after one another count as one
 * stream, skippable zstd frames are skipped. An empty file is no compressed file: it has lost its end.
 * @param id of the split, for messages
 * @throws HM_INPUT_003 when the data is damaged, ends too early, or is followed by anything that is not a member or frame;
 *   whatever `pieces` throws, unchanged
 */
export async function* decompress(
  pieces: AsyncIterable<Uint8Array>,
  compression: Compression,
  id: string,
): AsyncGenerator<Uint8Array> {
  if (compression === 'none') {
    yield* pieces;
    return;
  }
  const input = new InputPieces(pieces);
  const options = { chunkSize: OUTPUT_PIECE_BYTES };
  try {
    // One decoder a member: Node's zstd decoder ignores all behind its first frame without a word.
    do yield* decodeMember(input, compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options));
    while (await input.hasMore());
  } catch (cause) {
    if (input.failed) throw cause;
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new HourmillError('HM_INPUT_003', `${id} is not a whole ${compression} file: ${what}`, {
      context: { id },
      cause,
    });
  } finally {
    await input.close();
  }
}

/** Decodes one member or frame; what was read of the input but lies behind its end goes back. */
async function* decodeMember(input: InputPieces, decoder: Decoder): AsyncGenerator<Uint8Array> {
  const ended = finished(decoder, { writable: false }).catch(() => {});
  const feeding = feed(decoder, input, ended);
  try {
    yield* decoder;
    input.giveBack((await feeding).unused(decoder.bytesWritten));
  } finally {
    decoder.destroy();
    await feeding;
  }
}

/** Writes input into the decoder until it wants no more. A failing input destroys the decoder with its error. */
async function feed(decoder: Decoder, input: InputPieces, ended: Promise<void>): Promise<FedPieces> {
  const fed = new FedPieces();
  decoder.on('error', () => {});
  try {
    while (!decoder.readableEnded && !decoder.destroyed) {
      const piece = await input.next();
      if (piece === undefined) {
        decoder.end();
        break;
      }
      fed.add(piece, decoder.bytesWritten);
      if (!decoder.write(piece)) await Promise.race([once(decoder, 'drain').catch(() => {}), ended]);
    }
  } catch (error) {
    decoder.destroy(error as Error);
  }
  return fed;
}

/** What was written into a decoder and may not be used by it yet. */
class FedPieces {
  #pieces: Uint8Array[] = [];
  /** Of the input, before the first of these pieces. */
  #bytesBefore = 0;

  add(piece: Uint8Array, bytesUsed: number): void {
    while (this.#pieces[0] !== undefined && this.#bytesBefore + this.#pieces[0].length <= bytesUsed) {
      this.#bytesBefore += this.#pieces[0].length;
      this.#pieces.shift();
    }
    this.#pieces.push(piece);
  }

  unused(bytesUsed: number): Uint8Array {
    return Buffer.concat(this.#pieces).subarray(bytesUsed - this.#bytesBefore);
  }
}
