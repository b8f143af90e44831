/** Size of the field that gives a dictionary's id, by the descriptor's lowest two bits. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
/** Of the content's size, by the descriptor's highest two bits; 0 is one byte in a single segment. */
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const FRAME_MAGIC = 0xfd2fb528;
/** The lowest four bits are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const RLE_BLOCK = 1;

/** What is gathered next; `skip` runs over bytes that say nothing of where the frame ends. */
type Field = 'magic' | 'skippable-size' | 'descriptor' | 'block-header';

const FIELD_BYTES: Readonly<Record<Field, number>> = {
  magic: 4,
  'skippable-size': 4,
  descriptor: 1,
  'block-header': 3,
};

/**
 * Follows the bytes of a zstd file from frame to frame (RFC 8878, 3.1) without decoding them, since Node's decoder does not
 * say when a frame has ended. What is wrong inside of a frame is the decoder's business.
 */
export class FrameWalker {
  #field: Field = 'magic';
  /** The bytes of the field so far, as a little-endian number, and how many these are. */
  #value = 0;
  #gathered = 0;
  #skip = 0;
  #hasChecksum = false;
  /** Frames that have ended. */
  frames = 0;

  /** Whether the bytes so far end with a frame, or are none. */
  get isBetweenFrames(): boolean {
    return this.#field === 'magic' && this.#gathered === 0 && this.#skip === 0;
  }

  /** Goes on over `bytes` up to the end of a frame; how many bytes that took. */
  advance(bytes: Uint8Array): number {
    const { frames } = this;
    let at = 0;
    while (at < bytes.length && this.frames === frames) {
      const skipped = Math.min(this.#skip, bytes.length - at);
      this.#skip -= skipped;
      at += skipped;
      if (skipped === 0) this.#gather(bytes[at++] ?? 0);
      if (this.#skip === 0 && this.#field === 'magic' && this.#gathered === 0) this.frames++;
    }
    return at;
  }

  #gather(byte: number): void {
    this.#value += byte * 2 ** (8 * this.#gathered++);
    if (this.#gathered < FIELD_BYTES[this.#field]) return;
    const value = this.#value;
    this.#value = 0;
    this.#gathered = 0;
    this.#read(value);
  }

  #read(value: number): void {
    switch (this.#field) {
      case 'magic':
        this.#readMagic(value);
        break;
      case 'skippable-size':
        this.#skip = value;
        this.#field = 'magic';
        break;
      case 'descriptor':
        this.#readDescriptor(value);
        break;
      case 'block-header':
        this.#readBlockHeader(value);
    }
  }

  #readMagic(value: number): void {
    const isSkippable = (value & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC;
    if (isSkippable) this.#field = 'skippable-size';
    else if (value === FRAME_MAGIC) this.#field = 'descriptor';
    // No frame at all: the decoder refuses it. Until then this one never ends.
    else this.#skip = Number.POSITIVE_INFINITY;
  }

  #readDescriptor(value: number): void {
    const isSingleSegment = (value & 0x20) !== 0;
    const contentSize = CONTENT_SIZE_BYTES[(value >> 6) as 0 | 1 | 2 | 3];
    const windowBytes = isSingleSegment ? 0 : 1;
    const sizeBytes = contentSize === 0 && isSingleSegment ? 1 : contentSize;
    this.#hasChecksum = (value & 4) !== 0;
    this.#skip = windowBytes + DICTIONARY_ID_BYTES[(value & 3) as 0 | 1 | 2 | 3] + sizeBytes;
    this.#field = 'block-header';
  }

  #readBlockHeader(value: number): void {
    const isLast = (value & 1) === 1;
    const isRle = ((value >> 1) & 3) === RLE_BLOCK;
    this.#skip = isRle ? 1 : value >> 3;
    if (!isLast) return;
    this.#skip += this.#hasChecksum ? 4 : 0;
    this.#field = 'magic';
  }
}
