import { PAGE_SLACK } from './decompress.ts';
import { unreadable } from './unreadable.ts';

/** Wider codes would need a dictionary of more than 16 million values in one row group. */
const MAX_WIDTH = 24;

/** Bytes of a page that are read one after the other. Up to {@link PAGE_SLACK} bytes behind `end` may be read. */
export interface PageBytes {
  readonly view: DataView;
  at: number;
  readonly end: number;
}

export function pageBytes(page: Uint8Array): PageBytes {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength + PAGE_SLACK);
  return { view, at: 0, end: page.byteLength };
}

/**
 * Reads so many codes or levels of the RLE / bit-packed hybrid (Encodings.md) into the start of `out`.
 * @throws HM_LEDGER_004 when there are fewer
 */
export function readHybrid(page: PageBytes, width: number, count: number, out: Uint32Array): void {
  if (width > MAX_WIDTH) unreadable(`its codes have ${width} bits`);
  for (let done = 0; done < count; ) {
    const header = readVarint(page);
    const run = Math.floor(header / 2);
    if (header % 2 === 0) {
      const to = Math.min(count, done + run);
      out.fill(readWidth(page, width), done, to);
      done = run === 0 ? unreadable('a run is empty') : to;
    } else {
      const to = Math.min(count, done + 8 * run);
      const from = skip(page, run * width);
      unpack(page.view, from, width, out, done, to);
      done = run === 0 ? unreadable('a run is empty') : to;
    }
  }
}

/** Unsigned LEB128. */
function readVarint(page: PageBytes): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = page.view.getUint8(skip(page, 1));
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
}

function readWidth(page: PageBytes, width: number): number {
  const bytes = (width + 7) >> 3;
  const from = skip(page, bytes);
  return page.view.getUint32(from, true) & (2 ** (8 * bytes) - 1);
}

/** Where the next bytes are; the page goes on behind them. @throws HM_LEDGER_004 when it ends before */
export function skip(page: PageBytes, bytes: number): number {
  const from = page.at;
  page.at += bytes;
  if (page.at > page.end) unreadable('a page ends too early');
  return from;
}

/** Codes of `width` bits, the lowest first. */
function unpack(view: DataView, from: number, width: number, out: Uint32Array, first: number, to: number): void {
  const mask = 2 ** width - 1;
  let bit = 8 * from;
  for (let index = first; index < to; index++) {
    out[index] = (view.getUint32(bit >>> 3, true) >>> (bit & 7)) & mask;
    bit += width;
  }
}
