import { LineBuffer } from './line-buffer.ts';
import { putOddEvent } from './odd-event.ts';
import { type Publishers, putPlainEvent } from './plain-event.ts';
import { mix, Random } from './random.ts';
import { putSmallEvent } from './small-event.ts';
import { putWideEvent } from './wide-event.ts';

/** Counted up when the generator writes other bytes: cached files of an earlier one are not used any more. */
export const GENERATOR_VERSION = 1;

export interface EventShape {
  readonly kind: 'plain' | 'wide' | 'odd' | 'small';
  readonly publishers: Publishers;
}

const WRITERS = { plain: putPlainEvent, wide: putWideEvent, odd: putOddEvent, small: putSmallEvent };

/** Of 1000 events, those that repeat an earlier one byte by byte. */
const DUPLICATES = 100;
/** An event is repeated after at most so many others. */
const DUPLICATE_DISTANCE = 50_000;

const CHUNK_BYTES = 1 << 20;
const LONGEST_LINE = 4096;

/**
 * Events `from` to `to` - 1 as JSON lines, in chunks of whole lines of about 1 MiB. Each chunk is the receiver's own.
 * The same arguments give the same bytes.
 */
export function* eventChunks(shape: EventShape, from: number, to: number): Generator<Buffer> {
  const put = WRITERS[shape.kind];
  const random = new Random();
  let line = new LineBuffer(CHUNK_BYTES);
  for (let event = from; event < to; event++) {
    random.seed(identity(event));
    put(line, random, shape.publishers);
    if (line.length < CHUNK_BYTES - LONGEST_LINE) continue;
    yield line.bytes.subarray(0, line.length);
    line = new LineBuffer(CHUNK_BYTES);
  }
  if (line.length > 0) yield line.bytes.subarray(0, line.length);
}

/** The number of the event whose content event `event` has: its own, or that of an earlier one. */
export function identity(event: number): number {
  let original = event;
  for (;;) {
    const bits = mix(original ^ 0x2545f491);
    if (original === 0 || bits % 1000 >= DUPLICATES) return original;
    original -= 1 + (mix(bits) % Math.min(original, DUPLICATE_DISTANCE));
  }
}
