import type { LineBuffer } from './line-buffer.ts';
import type { Random } from './random.ts';

/** The hour of all benchmark events, as `hourmill run --hour` takes it. */
export const HOUR = '2025-06-14T10';

const MINUTES = 60;

/** Encoded once: what lies between two values of an event. */
export const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const list = (text: string): Uint8Array[] => text.split(' ').map(utf8);

export const COUNTRIES = list('US GB DE FR JP KR BR IN CA AU MX IT ES NL SE');
export const DEVICES = list('phone tablet desktop tv');
export const SYSTEMS = list('android ios windows macos linux tizen');
export const AD_FORMATS = list('banner video native interstitial');

const DASH = utf8('-');
const DASH_4 = utf8('-4');
const DASH_A = utf8('-a');
const TIME_HEAD = utf8(`${HOUR}:`);
const COLON = utf8(':');
const POINT = utf8('.');
const Z = utf8('Z');

/** The value at an index below the length. */
export function pick(values: readonly Uint8Array[], index: number): Uint8Array {
  return values[index] ?? DASH;
}

/** A random UUID of version 4. */
export function putUuid(line: LineBuffer, random: Random): void {
  line.hex(random.next(), 8);
  line.put(DASH);
  line.hex(random.next(), 4);
  line.put(DASH_4);
  line.hex(random.next(), 3);
  line.put(DASH_A);
  line.hex(random.next(), 3);
  line.put(DASH);
  line.hex(random.next(), 8);
  line.hex(random.next(), 4);
}

/** A time in {@link HOUR}, ISO 8601 with milliseconds. */
export function putTime(line: LineBuffer, random: Random): void {
  const ms = random.below(MINUTES * 60_000);
  line.put(TIME_HEAD);
  line.padded(Math.floor(ms / 60_000), 2);
  line.put(COLON);
  line.padded(Math.floor(ms / 1000) % 60, 2);
  line.put(POINT);
  line.padded(ms % 1000, 3);
  line.put(Z);
}
