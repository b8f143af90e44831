import { COUNTRIES, DEVICES, pick, putTime, putUuid, utf8 } from './event-fields.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { Publishers } from './plain-event.ts';
import type { Random } from './random.ts';

const OPEN = utf8('{"event_id":"');
const TIMESTAMP = utf8('","timestamp":"');
const PUBLISHER = utf8('","publisher_id":"p');
const COUNTRY = utf8('","country":"');
const DEVICE = utf8('","device":"');
const BID = utf8('","bid_price":');
const WIN = utf8(',"win_price":');
const LATENCY = utf8(',"latency_ms":');
const END = utf8('}\n');

/** The 8 fields that the roll-up uses and no more, about 190 bytes, most of them names of fields. */
export function putSmallEvent(line: LineBuffer, random: Random, publishers: Publishers): void {
  line.put(OPEN);
  putUuid(line, random);
  line.put(TIMESTAMP);
  putTime(line, random);
  line.put(PUBLISHER);
  line.whole(publishers.skewed ? random.skewedBelow(publishers.count) : random.below(publishers.count));
  line.put(COUNTRY);
  line.put(pick(COUNTRIES, random.below(COUNTRIES.length)));
  line.put(DEVICE);
  line.put(pick(DEVICES, random.below(DEVICES.length)));
  line.put(BID);
  line.fraction(random.below(100_000));
  line.put(WIN);
  line.fraction(random.below(80_000));
  line.put(LATENCY);
  line.whole(random.below(300));
  line.put(END);
}
