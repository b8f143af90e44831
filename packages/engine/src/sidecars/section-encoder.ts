import type { Kernel } from '@hourmill/kernel';
import { FINGERPRINT_BYTES } from '../spill/event-spill.ts';
import { readSpilled } from '../spill/spill-file.ts';
import { DUMP_BITS, type KeyDump } from './key-dumps.ts';
import { type EncodedSection, type KeySections, rangeInDump } from './key-sections.ts';

/** Behind keys in memory the kernel may write. */
const SLACK_BYTES = 64;

interface Block {
  at: number;
  bytes: number;
}

/** Sorts sections of the run's keys and encodes them for their files, in the kernel. Its memory is used again for the next section. */
export class SectionEncoder {
  readonly #kernel: Kernel;
  readonly #sections: KeySections;
  readonly #keys: Block = { at: 0, bytes: 0 };
  readonly #scratch: Block = { at: 0, bytes: 0 };

  constructor(kernel: Kernel, sections: KeySections) {
    this.#kernel = kernel;
    this.#sections = sections;
  }

  encode(section: number): EncodedSection {
    const { exports } = this.#kernel;
    const { layout, bits } = this.#sections;
    const count = this.#gather(section);
    this.#grow(this.#scratch, FINGERPRINT_BYTES * count, 0);
    const sorted = exports.sortKeys(this.#keys.at, this.#scratch.at, count, bits);
    const out = sorted === this.#keys.at ? this.#scratch.at : this.#keys.at;
    const moreBits = layout.fileBits + layout.bucketBits - bits;
    const buckets = 2 ** moreBits;
    const counts = exports.allocate(4 * buckets);
    const { suffixBytes } = layout;
    exports.encodeKeys(sorted, count, bits + moreBits, section * buckets, buckets, suffixBytes, counts, out);
    const encoded = {
      counts: this.#kernel.words.slice(counts / 4, counts / 4 + buckets),
      bytes: new Uint8Array(this.#kernel.bytes.subarray(out, out + suffixBytes * count)),
    };
    exports.release(counts, 4 * buckets);
    return encoded;
  }

  release(): void {
    for (const block of [this.#keys, this.#scratch]) {
      if (block.bytes > 0) this.#kernel.exports.release(block.at, block.bytes);
      block.bytes = 0;
    }
  }

  /** Copies the keys of a section into the kernel. @returns how many they are */
  #gather(section: number): number {
    const { exports } = this.#kernel;
    const { dumps, bits } = this.#sections;
    let filled = 0;
    for (const dump of dumps) {
      const { at, bytes } = rangeInDump(dump, bits, section);
      if (bytes === 0) continue;
      this.#grow(this.#keys, filled + bytes, filled);
      const to = this.#keys.at + filled;
      this.#read(dump, at, bytes, to);
      const isWhole = bits <= DUMP_BITS;
      filled += isWhole
        ? bytes
        : FINGERPRINT_BYTES * exports.chooseKeys(to, bytes / FINGERPRINT_BYTES, bits, section, to);
    }
    this.#grow(this.#keys, filled, filled);
    return filled / FINGERPRINT_BYTES;
  }

  #read({ place }: KeyDump, from: number, bytes: number, to: number): void {
    const memory = this.#kernel.bytes;
    if (typeof place === 'number') readSpilled(place, memory, to, bytes, from);
    else memory.set(new Uint8Array(place, from, bytes), to);
  }

  /** Makes room for so many bytes, of which the first `filled` stay. */
  #grow(block: Block, bytes: number, filled: number): void {
    const { exports } = this.#kernel;
    const wanted = bytes + SLACK_BYTES;
    if (wanted <= block.bytes) return;
    const room = Math.max(wanted, Math.ceil(1.5 * block.bytes));
    const at = exports.allocate(room);
    if (filled > 0) exports.moveBytes(at, block.at, filled);
    if (block.bytes > 0) exports.release(block.at, block.bytes);
    block.at = at;
    block.bytes = room;
  }
}
