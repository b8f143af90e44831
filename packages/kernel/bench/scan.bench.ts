// What scan costs, in nanoseconds a row: `node packages/kernel/bench/scan.bench.ts [name]`, with the kernel that
// HOURMILL_TEST_KERNEL names or the built one. Text of 8 MB, scanned again and again.
import { scanner } from '../test/support/scan-twin.ts';

const TEXT_BYTES = 8 << 20;
const ROUNDS = 15;
const PIECE_BLOCKS = 8;
const PATHS = [
  ['event_id'],
  ['timestamp'],
  ['publisher_id'],
  ['country'],
  ['device'],
  ['bid_price'],
  ['win_price'],
  ['latency_ms'],
];

let state = 12345;
function random(limit: number): number {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

function hex(digits: number): string {
  return Array.from({ length: digits }, () => random(16).toString(16)).join('');
}

function oneOf<T>(...values: readonly T[]): T | undefined {
  return values[random(values.length)];
}

function plainEvent(): Record<string, unknown> {
  const site = random(200);
  return {
    event_id: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    timestamp: new Date(Date.UTC(2026, 10, 22, 10) + random(3_600_000)).toISOString(),
    type: 'impression',
    publisher_id: `pub-${site}`,
    campaign_id: `cmp-${random(90)}`,
    country: oneOf('US', 'DE', 'FR', 'JP'),
    device: oneOf('phone', 'desktop', 'tablet', 'tv'),
    os: oneOf('ios', 'android', 'windows', 'tizen'),
    ad_format: oneOf('native', 'video', 'banner'),
    user_id: `u${random(5_000_000)}`,
    bid_price: random(100_000) / 10_000,
    win_price: random(80_000) / 10_000,
    latency_ms: random(300),
    url: `https://www.site${site}.example.com/articles/${random(20_000)}?ref=${random(1000)}`,
    ua: oneOf(
      'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/129.0',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15',
    ),
  };
}

function wideEvent(): Record<string, unknown> {
  const event = plainEvent();
  for (let index = 0; index < 45; index++) {
    event[`attribute_${index}`] =
      index % 3 === 0 ? random(1_000_000) : `${oneOf('alpha', 'true', 'control group')}-${hex(16)}`;
  }
  return event;
}

/** A text without escapes, or with them, now and then. */
function line(event: Record<string, unknown>, odd: boolean): string {
  if (odd) {
    for (const key of ['campaign_id', 'device', 'os', 'ad_format', 'user_id', 'win_price']) {
      if (random(5) === 0) delete event[key];
    }
    if (random(3) === 0) event.publisher_id = `Café "東京" ${random(30)}`;
  }
  const text = JSON.stringify(event);
  return odd && random(2) === 0 ? text.replaceAll('é', '\\u00e9').replaceAll('/', '\\/') : text;
}

const CASES: Readonly<Record<string, () => string>> = {
  'plain: 15 fields, 430 bytes': () => line(plainEvent(), false),
  'wide: 60 fields, 2 KB': () => line(wideEvent(), false),
  'odd: one line in 5 with fields missing, escapes, other characters': () => line(plainEvent(), random(5) === 0),
  'odd throughout: every line': () => line(plainEvent(), true),
  'nested: geo and user are objects, tags a list': () => {
    const { country, device, os, user_id, ...event } = plainEvent();
    return line({ ...event, geo: { country, city: 'x' }, user: { user_id, device, os }, tags: ['a', 'b'] }, false);
  },
  'two producers, other keys and order': () => {
    const event = plainEvent();
    return line(random(2) === 0 ? event : Object.fromEntries(Object.entries(event).reverse()), false);
  },
  'shuffled: no template fits': () =>
    line(Object.fromEntries(Object.entries(plainEvent()).sort(() => random(3) - 1)), false),
};

for (const [name, makeLine] of Object.entries(CASES)) {
  if (!name.includes(process.argv[2] ?? '')) continue;
  state = 12345;
  const lines: string[] = [];
  for (let bytes = 0; bytes < TEXT_BYTES; bytes += lines.at(-1)?.length ?? 1) lines.push(makeLine());
  const text = Buffer.from(`${lines.join('\n')}\n`);
  const kernel = scanner({ paths: PATHS });
  const { exports } = kernel;
  const start = exports.allocate(text.length + 512);
  kernel.bytes.set(text, start);
  // The best time of each piece over all rounds: the machine may be busy, but not for all of them.
  const bestOf: number[] = [];
  let slow = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const slowBefore = exports.slowRows();
    let at = start;
    for (let piece = 0; at < start + text.length; piece++) {
      const before = process.hrtime.bigint();
      for (let block = 0; block < PIECE_BLOCKS && at < start + text.length; block++) {
        at = exports.scanBlock(at, start + text.length);
      }
      bestOf[piece] = Math.min(bestOf[piece] ?? Number.POSITIVE_INFINITY, Number(process.hrtime.bigint() - before));
    }
    slow = (exports.slowRows() - slowBefore) / lines.length;
  }
  const best = bestOf.reduce((sum, ns) => sum + ns, 0) / lines.length;
  const share = `${(100 * slow).toFixed(1)} % slow, ${exports.templateCount()} templates`;
  console.log(
    `${best.toFixed(1).padStart(8)} ns a row, ${(best / (text.length / lines.length)).toFixed(3)} a byte, ${share}: ${name}`,
  );
}
