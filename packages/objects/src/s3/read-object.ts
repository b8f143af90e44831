import { checkEmpty, type PlannedObject, readRange } from './read-range.ts';

export interface ReadObjectOptions extends PlannedObject {
  /** How much one request asks for. */
  readonly rangeBytes: number;
}

/**
 * The bytes of a planned object, one new buffer for each range, the next range read ahead.
 * @throws HM_INPUT_002 when the object changed or vanished
 */
export async function* readObject(options: ReadObjectOptions, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const { split, rangeBytes } = options;
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  if (split.bytes === 0) return await checkEmpty(options, either);
  try {
    let next = readPiece(options, 0, either);
    for (let from = 0; from < split.bytes; from += rangeBytes) {
      const piece = await next;
      const to = from + piece.length;
      if (to < split.bytes) next = readPiece(options, to, either);
      // A consumer that stops early leaves this request to nobody.
      next.catch(() => {});
      yield piece;
    }
  } finally {
    stop.abort();
  }
}

async function readPiece(options: ReadObjectOptions, from: number, signal: AbortSignal): Promise<Uint8Array> {
  const piece = new Uint8Array(Math.min(options.rangeBytes, options.split.bytes - from));
  await readRange(options, from, piece, signal);
  return piece;
}
