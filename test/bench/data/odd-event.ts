import { AD_FORMATS, COUNTRIES, DEVICES, pick, putTime, putUuid, SYSTEMS, utf8 } from './event-fields.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { Publishers } from './plain-event.ts';
import type { Random } from './random.ts';

const OPEN = utf8('{"event_id":"');
const TIMESTAMP = utf8('","timestamp":"');
const PUBLISHER = utf8('","type":"impression","publisher_id":"');
const PLAIN_NAME = utf8('pub-');
// The same publisher, its name written in two ways that JSON says are one.
const ESCAPED_NAMES = [utf8('Caf\\u00e9 \\"\\u6771\\u4eac\\" '), utf8('Café \\"東京\\" ')];
const COUNTRY = utf8(',"country":"');
const NO_COUNTRY = utf8(',"country":null');
const DEVICE = utf8(',"device":"');
const SYSTEM = utf8(',"os":"');
const AD_FORMAT = utf8(',"ad_format":"');
const USER = utf8(',"user_id":"u');
const BID = utf8(',"bid_price":');
const WIN = utf8(',"win_price":');
const NO_WIN = utf8(',"win_price":null');
const LATENCY = utf8(',"latency_ms":');
const GEO = utf8(',"geo":{"city":"M\\u00fcnchen","pos":[48.1,11.6],"seen":{"in":null}}');
const SITE = utf8(',"url":"https:\\/\\/www.site');
const AGENT = utf8(
  '.example.com\\/a?b=\\u0026c","ua":"Mozilla\\/5.0 (\\"Linux\\"; Android 14) AppleWebKit\\/537.36"}\n',
);
const PLAIN_SITE = utf8(',"url":"https://www.site');
const PLAIN_AGENT = utf8(
  '.example.com/a?b=c","ua":"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/129.0"}\n',
);
const QUOTE = utf8('"');

/** Of 1000 lines, those with escapes in the publisher's name (a used field), and those with escapes in unused fields. */
const ESCAPES_IN_NAME = 100;
const ESCAPES_ELSEWHERE = 100;

/**
 * Optional fields, nulls and a nested object come and go, and a fifth of the lines holds escapes: half of them in a
 * dimension, half in fields that nobody reads.
 */
export function putOddEvent(line: LineBuffer, random: Random, publishers: Publishers): void {
  const escapes = random.below(1000);
  const publisher = random.skewedBelow(publishers.count);
  line.put(OPEN);
  putUuid(line, random);
  line.put(TIMESTAMP);
  putTime(line, random);
  line.put(PUBLISHER);
  line.put(escapes < ESCAPES_IN_NAME ? pick(ESCAPED_NAMES, escapes % 2) : PLAIN_NAME);
  line.whole(publisher);
  line.put(QUOTE);
  putDimensions(line, random);
  putNumbers(line, random);
  if (random.below(5) === 0) line.put(GEO);
  const plain = escapes < ESCAPES_IN_NAME || escapes >= ESCAPES_IN_NAME + ESCAPES_ELSEWHERE;
  line.put(plain ? PLAIN_SITE : SITE);
  line.whole(publisher);
  line.put(plain ? PLAIN_AGENT : AGENT);
}

function putDimensions(line: LineBuffer, random: Random): void {
  const country = random.below(100);
  if (country < 5) line.put(NO_COUNTRY);
  else if (country < 90) putText(line, COUNTRY, pick(COUNTRIES, random.skewedBelow(COUNTRIES.length)));
  if (random.below(10) > 0) putText(line, DEVICE, pick(DEVICES, random.below(DEVICES.length)));
  if (random.below(2) > 0) putText(line, SYSTEM, pick(SYSTEMS, random.below(SYSTEMS.length)));
  if (random.below(3) > 0) putText(line, AD_FORMAT, pick(AD_FORMATS, random.below(AD_FORMATS.length)));
}

function putNumbers(line: LineBuffer, random: Random): void {
  if (random.below(4) > 0) {
    line.put(USER);
    line.whole(random.below(5_000_000));
    line.put(QUOTE);
  }
  line.put(BID);
  line.fraction(random.below(100_000));
  const win = random.below(100);
  if (win < 5) line.put(NO_WIN);
  else if (win < 80) {
    line.put(WIN);
    line.fraction(random.below(80_000));
  }
  if (random.below(10) > 0) {
    line.put(LATENCY);
    line.whole(random.below(300));
  }
}

function putText(line: LineBuffer, name: Uint8Array, value: Uint8Array): void {
  line.put(name);
  line.put(value);
  line.put(QUOTE);
}
