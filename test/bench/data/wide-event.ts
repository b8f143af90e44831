import { utf8 } from './event-fields.ts';
import type { LineBuffer } from './line-buffer.ts';
import { type Publishers, putPlainEvent } from './plain-event.ts';
import type { Random } from './random.ts';

/** 15 fields of the common event and these make 60. */
const EXTRA_FIELDS = 45;

const WORDS = [
  'alpha',
  'beta-2',
  'control group',
  'https://cdn.example.com/creative/',
  'true',
  'Europe/Berlin',
  'en-GB',
];
const NAMES = Array.from({ length: EXTRA_FIELDS }, (_, index) => utf8(`,"attribute_${index}":`));
const TEXTS = Array.from({ length: EXTRA_FIELDS }, (_, index) => utf8(`"${WORDS[index % WORDS.length]}-`));
const QUOTE = utf8('"');

/** 60 fields, about 2 KB, of which the roll-up uses 8: numbers, and texts that end in a number. */
export function putWideEvent(line: LineBuffer, random: Random, publishers: Publishers): void {
  putPlainEvent(line, random, publishers, putExtraFields);
}

function putExtraFields(line: LineBuffer, random: Random): void {
  for (let index = 0; index < EXTRA_FIELDS; index++) {
    line.put(NAMES[index] ?? QUOTE);
    if (index % 3 === 0) {
      line.whole(random.below(1_000_000));
      continue;
    }
    line.put(TEXTS[index] ?? QUOTE);
    line.hex(random.next(), 8);
    line.hex(random.next(), 8);
    line.put(QUOTE);
  }
}
