import { AD_FORMATS, COUNTRIES, DEVICES, pick, putTime, putUuid, SYSTEMS, utf8 } from './event-fields.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { Random } from './random.ts';

const OPEN = utf8('{"event_id":"');
const TIMESTAMP = utf8('","timestamp":"');
const PUBLISHER = utf8('","type":"impression","publisher_id":"pub-');
const CAMPAIGN = utf8('","campaign_id":"cmp-');
const COUNTRY = utf8('","country":"');
const DEVICE = utf8('","device":"');
const SYSTEM = utf8('","os":"');
const AD_FORMAT = utf8('","ad_format":"');
const USER = utf8('","user_id":"u');
const BID = utf8('","bid_price":');
const WIN = utf8(',"win_price":');
const LATENCY = utf8(',"latency_ms":');
const SITE = utf8(',"url":"https://www.site');
const ARTICLE = utf8('.example.com/articles/');
const REFERER = utf8('?ref=');
const AGENT = utf8('","ua":"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/129.0"');
const END = utf8('}\n');

export interface Publishers {
  readonly count: number;
  /** A few publishers have most of the events. */
  readonly skewed: boolean;
}

/** The common event: 15 fields in fixed order, about 433 bytes. `more` adds fields before the closing brace. */
export function putPlainEvent(
  line: LineBuffer,
  random: Random,
  publishers: Publishers,
  more?: (line: LineBuffer, random: Random) => void,
): void {
  line.put(OPEN);
  putUuid(line, random);
  line.put(TIMESTAMP);
  putTime(line, random);
  const publisher = publishers.skewed ? random.skewedBelow(publishers.count) : random.below(publishers.count);
  line.put(PUBLISHER);
  line.whole(publisher);
  line.put(CAMPAIGN);
  line.whole(random.skewedBelow(100));
  line.put(COUNTRY);
  line.put(pick(COUNTRIES, random.skewedBelow(COUNTRIES.length)));
  line.put(DEVICE);
  line.put(pick(DEVICES, random.below(DEVICES.length)));
  line.put(SYSTEM);
  line.put(pick(SYSTEMS, random.below(SYSTEMS.length)));
  line.put(AD_FORMAT);
  line.put(pick(AD_FORMATS, random.below(AD_FORMATS.length)));
  line.put(USER);
  line.whole(random.below(5_000_000));
  line.put(BID);
  line.fraction(random.below(100_000));
  line.put(WIN);
  line.fraction(random.below(80_000));
  line.put(LATENCY);
  line.whole(random.below(300));
  line.put(SITE);
  line.whole(publisher);
  line.put(ARTICLE);
  line.whole(random.below(100_000));
  line.put(REFERER);
  line.whole(random.below(1000));
  line.put(AGENT);
  if (more) more(line, random);
  line.put(END);
}
