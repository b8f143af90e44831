import { constants, crc32, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type InflateSizes, inflateAll } from './support/inflate-all.ts';
import { randomNumbers } from './support/random.ts';
import { put, testKernel } from './support/test-kernel.ts';

const kernel = testKernel();
const LARGE: InflateSizes = { inputBytes: 1 << 18, stepBytes: 1 << 18, chunkBytes: 1 << 18 };
const SMALL: InflateSizes = { inputBytes: 1024, stepBytes: 1024, chunkBytes: 1 };
const SIZES: readonly InflateSizes[] = [
  LARGE,
  SMALL,
  { inputBytes: 2048, stepBytes: 7, chunkBytes: 512 },
  { inputBytes: 4096, stepBytes: 1000, chunkBytes: 70_000 },
  { inputBytes: 1500, stepBytes: 1, chunkBytes: 33_000 },
];

type Random = (below: number) => number;

/** Texts that make different demands: runs, no redundancy, few symbols, JSON, periods of 1 to 40, skewed and very long codes. */
const TEXTS: readonly ((bytes: number, random: Random) => Uint8Array)[] = [
  (bytes) => new Uint8Array(bytes),
  (bytes, random) => new Uint8Array(bytes).map(() => random(256)),
  (bytes, random) => new Uint8Array(bytes).map(() => 97 + random(3)),
  (bytes, random) => {
    let text = '';
    while (text.length < bytes) {
      text += `${JSON.stringify({ id: random(1e9).toString(36), t: random(100), name: 'abc'.repeat(random(4)) })}\n`;
    }
    return Buffer.from(text.slice(0, bytes));
  },
  (bytes, random) => {
    const period = 1 + random(40);
    const text = new Uint8Array(bytes);
    for (let i = 0; i < bytes; i++) {
      text[i] = i < period || random(200) === 0 ? random(256) : (text[i - period] ?? 0);
    }
    return text;
  },
  (bytes, random) => new Uint8Array(bytes).map(() => 2 ** (random(8000) / 1000) - 1),
  (bytes, random) =>
    new Uint8Array(bytes).map(() => {
      let value = 0;
      while (value < 250 && random(2) === 1) value++;
      return value;
    }),
];

function pick<T>(values: readonly T[], random: Random): T {
  return values[random(values.length)] as T;
}

/** A gzip file of one to four members, with all that zlib can be told, and its text. */
function randomFile(random: Random): { file: Buffer; text: Buffer } {
  const bytes = pick([0, 1, 2, 15, 16, 100, 1000, 3250, 33_000, 70_000], random) + random(50);
  const texts = [pick(TEXTS, random)(bytes, random)];
  const options = {
    level: random(10),
    strategy: pick([0, 0, 0, 1, 2, 3, 4], random),
    memLevel: 1 + random(9),
    windowBits: 9 + random(7),
  };
  const members: Buffer[] = [gzipSync(texts[0] ?? '', options)];
  while (random(4) === 0) {
    const text = pick(TEXTS, random)(random(3000), random);
    texts.push(text);
    members.push(gzipSync(text, { level: random(10) }));
  }
  if (random(5) === 0) members[0] = withHeader(members[0] ?? Buffer.alloc(0), random(2) === 0);
  return { file: Buffer.concat(members), text: Buffer.concat(texts) };
}

/** The member with an extra field, a name and a comment in its header, and its CRC if wanted. */
function withHeader(member: Buffer, hasCrc: boolean, name = 'AB'): Buffer {
  const flags = 4 | 8 | 16 | (hasCrc ? 2 : 0);
  const fixed = [0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3, 5, 0, 1, 2, 3, 4, 5];
  const header = Buffer.concat([Buffer.from(fixed), Buffer.from(`${name}\0C\0`)]);
  const crc = Buffer.alloc(hasCrc ? 2 : 0);
  if (hasCrc) crc.writeUInt16LE(crc32(header) & 0xffff);
  return Buffer.concat([header, crc, member.subarray(10)]);
}

/** Cut short, or with one to three bits flipped. */
function damaged(file: Buffer, random: Random): Buffer {
  if (random(3) === 0) return file.subarray(0, random(file.length));
  const copy = Buffer.from(file);
  const reach = random(4) === 0 ? Math.min(copy.length, 120) : copy.length;
  for (let flips = random(3); flips >= 0; flips--) {
    const at = random(reach);
    copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
  }
  return copy;
}

/** The text, or null when it is refused. A trap of the kernel is no refusal. */
function unlessRefused(read: () => Buffer): Buffer | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'Error') throw error;
    return null;
  }
}

describe('inflate', () => {
  test('gives the text that zlib was given, however it was compressed and in whatever pieces it comes', () => {
    const random = randomNumbers(1);
    for (let round = 0; round < 300; round++) {
      const { file, text } = randomFile(random);
      const sizes = file.length > 20_000 ? LARGE : pick(SIZES, random);
      expect(inflateAll(kernel, file, sizes).equals(text), `round ${round}`).toBe(true);
    }
  });

  test('takes and refuses the same damaged files as zlib, with the same text', () => {
    const random = randomNumbers(2);
    for (let round = 0; round < 300; round++) {
      const { file } = randomFile(random);
      for (let copy = 0; copy < 2; copy++) {
        const broken = damaged(file, random);
        const expected = unlessRefused(() => gunzipSync(broken));
        const sizes = broken.length > 20_000 ? LARGE : pick(SIZES, random);
        const got = unlessRefused(() => inflateAll(kernel, broken, sizes));
        expect(got === null, `round ${round}, ${broken.toString('base64').slice(0, 200)}`).toBe(expected === null);
        if (got !== null && expected !== null) expect(got.equals(expected), `round ${round}`).toBe(true);
      }
    }
  });

  const whole = gzipSync('{"a":1}\n'.repeat(100));

  test.each([
    ['is empty', Buffer.alloc(0)],
    ['has zeros behind its end', Buffer.concat([whole, Buffer.alloc(3)])],
    ['has many zeros behind its end', Buffer.concat([whole, Buffer.alloc(600)])],
    ['has text behind its end', Buffer.concat([whole, Buffer.from('hello, hello, hello')])],
    ['is cut short', whole.subarray(0, -1)],
    ['is cut short in its second member', Buffer.concat([whole, whole.subarray(0, 12)])],
    ['is cut short after one byte of its second member', Buffer.concat([whole, whole.subarray(0, 1)])],
    ['is not compressed at all', Buffer.from('{"a":1}\n'.repeat(100))],
    ['has a header whose CRC does not fit', withHeader(whole, true).map((byte, at) => (at === 13 ? byte ^ 1 : byte))],
  ])('refuses a file that %s', (_, file) => {
    for (const sizes of SIZES) expect(() => inflateAll(kernel, Buffer.from(file), sizes)).toThrow();
  });

  test('takes a name of any length in a header', () => {
    const file = withHeader(whole, true, 'n'.repeat(10_000));
    expect(inflateAll(kernel, file, SMALL).equals(gunzipSync(file))).toBe(true);
  });

  test('looks back over the whole window, and not beyond the beginning of a member', () => {
    const random = randomNumbers(3);
    const noise = Buffer.from(new Uint8Array(32_768 - 300).map(() => random(256)));
    const text = Buffer.concat([noise, noise, noise]);
    expect(inflateAll(kernel, gzipSync(text, { level: 9 }), LARGE).equals(text)).toBe(true);
    // "a", then three bytes from two before: there is only one.
    const fixed = Buffer.from([0x4b, 0x04, 0x22, 0x00]);
    const member = Buffer.concat([whole.subarray(0, 10), fixed, Buffer.alloc(8)]);
    expect(() => inflateAll(kernel, Buffer.concat([whole, member]), LARGE)).toThrow('too far back');
    expect(() => gunzipSync(Buffer.concat([whole, member]))).toThrow('too far back');
  });

  test('keeps streams apart that are read in turns', () => {
    const texts = [Buffer.from('one '.repeat(50_000)), Buffer.from('two, '.repeat(50_000))];
    const { exports } = kernel;
    const readers = texts.map((text) => {
      const file = gzipSync(text, { strategy: constants.Z_DEFAULT_STRATEGY });
      const buffer = exports.allocate(file.length + 1024);
      kernel.bytes.fill(0, buffer, buffer + file.length + 1024).set(file, buffer);
      return {
        input: buffer,
        end: buffer + file.length,
        stream: exports.inflateOpen(),
        out: exports.allocate(1 << 19),
      };
    });
    const reached = readers.map(({ out }) => out);
    for (let answers = [2, 2]; answers.some((answer) => answer === 2); ) {
      answers = readers.map((reader, index) => {
        const out = reached[index] ?? 0;
        const answer = exports.inflate(reader.stream, reader.input, reader.end, 1, out, out + 10_000);
        reader.input = exports.inflateInput(reader.stream);
        reached[index] = exports.inflateOutput(reader.stream);
        return answer;
      });
      expect(Math.min(...answers)).toBeGreaterThanOrEqual(0);
    }
    readers.forEach(({ out, stream }, index) => {
      expect(Buffer.from(kernel.bytes.slice(out, reached[index])).equals(texts[index] ?? Buffer.alloc(0))).toBe(true);
      exports.inflateClose(stream);
    });
  });

  test('gives its memory back', () => {
    const before = kernel.exports.bytesInUse();
    inflateAll(kernel, whole, LARGE);
    expect(kernel.exports.bytesInUse()).toBe(before);
  });
});

test('crc32 is that of zlib', () => {
  const random = randomNumbers(4);
  for (const length of [0, 1, 7, 8, 9, 100, 5000]) {
    const bytes = new Uint8Array(length).map(() => random(256));
    const at = put(kernel, bytes);
    const cut = random(length + 1);
    const first = kernel.exports.crc32(0, at, cut);
    expect(kernel.exports.crc32(first, at + cut, length - cut) >>> 0).toBe(crc32(bytes));
  }
});
