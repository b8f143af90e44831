import { describe, expect, test } from 'vitest';
import { putAtEnd } from './support/kafka-kernel.ts';
import { crc32cTwin } from './support/kafka-twin.ts';
import { randomNumbers } from './support/random.ts';
import { testKernel } from './support/test-kernel.ts';

const kernel = testKernel();

function crc32c(bytes: Uint8Array): number {
  return kernel.exports.crc32c(putAtEnd(kernel, bytes), bytes.length) >>> 0;
}

describe('CRC-32C', () => {
  test.each([
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ['31 to 0', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
    ['nothing', new Uint8Array(0), 0],
    ['123456789', Buffer.from('123456789'), 0xe3069283],
  ])('is what RFC 3720 says of %s', (_, bytes, crc) => {
    expect(crc32c(bytes)).toBe(crc);
  });

  test('is that of the plain way for every length up to 200, and for lengths around those where it is folded', () => {
    const random = randomNumbers(1);
    const lengths = Array.from({ length: 200 }, (_, index) => index);
    for (let round = 0; round < 200; round++) lengths.push(random(20_000));
    lengths.push(65_536, 100_000, 1_000_003);
    for (const length of lengths) {
      const bytes = new Uint8Array(length).map(() => random(256));
      expect(crc32c(bytes), `${length} bytes`).toBe(crc32cTwin(bytes));
    }
  });

  test('keeps nothing of the text before', () => {
    const zeros = new Uint8Array(30_000);
    const before = crc32c(zeros);
    crc32c(zeros.map((_, index) => index));
    expect(crc32c(zeros)).toBe(before);
  });
});
