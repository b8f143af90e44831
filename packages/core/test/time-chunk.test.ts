import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chunkAt,
  chunkFolder,
  chunksBetween,
  HourmillError,
  isoInterval,
  parseChunkStart,
  SEGMENT_GRANULARITIES,
  type SegmentGranularity,
} from '../src/index.ts';

const granularity = fc.constantFrom(...(Object.keys(SEGMENT_GRANULARITIES) as SegmentGranularity[]));
const time = fc.integer({ min: Date.UTC(0, 0, 1), max: Date.UTC(9999, 11, 31) });

describe('time chunks', () => {
  test('a chunk holds the time it was made for, and begins at a multiple of its length', () => {
    fc.assert(
      fc.property(time, granularity, (timeMs, name) => {
        const { startMs, endMs } = chunkAt(timeMs, name);
        expect(startMs <= timeMs && timeMs < endMs).toBe(true);
        expect(endMs - startMs).toBe(SEGMENT_GRANULARITIES[name]);
        expect(Math.abs(startMs % SEGMENT_GRANULARITIES[name])).toBe(0);
      }),
    );
  });

  test('the chunks of a range follow one another without a hole', () => {
    const chunks = chunksBetween(Date.UTC(2026, 10, 22), Date.UTC(2026, 10, 23), 'fifteen_minute');
    expect(chunks).toHaveLength(96);
    chunks.slice(1).forEach((chunk, index) => {
      expect(chunk.startMs).toBe(chunks[index]?.endMs);
    });
  });

  test('no folder of a chunk is a prefix of another folder plus a slash', () => {
    const at = Date.UTC(2026, 10, 22, 10, 5);
    const folders = (Object.keys(SEGMENT_GRANULARITIES) as SegmentGranularity[]).map((name) =>
      chunkFolder(chunkAt(at, name)),
    );
    expect(new Set(folders)).toEqual(
      new Set(['2026/11/22/10-05', '2026/11/22/10-00', '2026/11/22/10', '2026/11/22/day']),
    );
    for (const a of folders) for (const b of folders) expect(`${b}/`.startsWith(`${a}/`) && a !== b).toBe(false);
  });

  test('an interval is written as Druid writes it', () => {
    expect(isoInterval(chunkAt(Date.UTC(2026, 10, 22, 10), 'hour'))).toBe(
      '2026-11-22T10:00:00.000Z/2026-11-22T11:00:00.000Z',
    );
  });

  test.each([
    ['2026-11-22T10', 'hour', Date.UTC(2026, 10, 22, 10)],
    ['2026-11-22T10:00:00.000Z', 'hour', Date.UTC(2026, 10, 22, 10)],
    ['2026-11-22 10:05', 'five_minute', Date.UTC(2026, 10, 22, 10, 5)],
    ['2026-11-22', 'day', Date.UTC(2026, 10, 22)],
  ] as const)('%s is the start of a %s chunk', (text, name, expected) => {
    expect(parseChunkStart(text, name)).toBe(expected);
  });

  test.each(['', 'yesterday', '2026-02-30', '2026-11-22T25', '2026-11-22T10:30', '2026-11-22T10+02:00'])(
    '"%s" is refused as the start of an hour',
    (text) => {
      expect(() => parseChunkStart(text, 'hour')).toThrow(expect.objectContaining({ code: 'HM_USAGE_002' }));
      expect(() => parseChunkStart(text, 'hour')).toThrow(HourmillError);
    },
  );
});
