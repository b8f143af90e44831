import type { TimestampFormat } from '@hourmill/pipeline';
import { JsonNumber, parseTime } from '@hourmill/record';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testKernel } from './support/test-kernel.ts';
import { fillBlock, flagsOf, type JsonText, openBatch, PUNT, parsed, STRAY } from './support/value-block.ts';

const FORMATS = ['auto', 'iso', 'millis', 'posix', 'micro', 'nano'] as const;
const HOUR_MS = 3_600_000;
const BLOCK = 128;
const kernel = testKernel();
kernel.exports.setFields(1);
const batch = openBatch(kernel, 0, false);

interface Chunk {
  readonly startMs: number;
  readonly endMs: number;
  readonly widthMs: number;
}

/** A bucket, a stray's time, or undefined where the host has to judge. */
type Read = { readonly bucket: number } | { readonly strayMs: number } | undefined;

function timesOf(format: TimestampFormat, chunk: Chunk, json: readonly JsonText[]): Read[] {
  const { setTime, readTime, bucketAt, strayTimeAt } = kernel.exports;
  fillBlock(kernel, [json]);
  setTime(FORMATS.indexOf(format), BigInt(chunk.startMs), BigInt(chunk.endMs), BigInt(chunk.widthMs));
  readTime(0, 0);
  return flagsOf(kernel).map((flags, row) => {
    if (flags === PUNT) return undefined;
    if (flags === STRAY) return { strayMs: Number(kernel.view.getBigInt64(strayTimeAt() + 8 * row, true)) };
    return { bucket: kernel.view.getUint32(bucketAt(batch) + 4 * row, true) };
  });
}

/** The same in words; undefined for a reject. */
function expected(format: TimestampFormat, { startMs, endMs, widthMs }: Chunk, json: JsonText): Read {
  const value = parsed(json);
  if (typeof value !== 'string' && !(value instanceof JsonNumber)) return undefined;
  const timeMs = parseTime(value, format, ['ts']);
  if (typeof timeMs !== 'number') return undefined;
  if (timeMs < startMs || timeMs >= endMs) return { strayMs: timeMs };
  return { bucket: Math.floor(timeMs / widthMs) - Math.floor(startMs / widthMs) };
}

const TEN = Date.parse('2026-11-22T10:00:00Z');
const minutesOfTen: Chunk = { startMs: TEN, endMs: TEN + HOUR_MS, widthMs: 60_000 };

const chunk: fc.Arbitrary<Chunk> = fc
  .record({
    hour: fc.constantFrom(TEN, Date.parse('1969-12-31T23:00:00Z'), Date.parse('0000-01-01T00:00:00Z')),
    part: fc.integer({ min: 0, max: 11 }),
    lengthMs: fc.constantFrom(HOUR_MS / 12, HOUR_MS, 24 * HOUR_MS),
    widthMs: fc.constantFrom(1, 1000, 60_000, HOUR_MS / 4, HOUR_MS),
  })
  .map(({ hour, part, lengthMs, widthMs }) => {
    const startMs = hour + (part * HOUR_MS) / 12;
    return { startMs, endMs: startMs + lengthMs, widthMs };
  });

/** Times in and around the chunk, most of them within. */
function timeIn({ startMs, endMs }: Chunk): fc.Arbitrary<number> {
  const near = fc.integer({ min: Math.max(startMs - HOUR_MS, -62167219200000), max: endMs + HOUR_MS });
  return fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: startMs, max: endMs - 1 }) },
    { weight: 4, arbitrary: near },
    { weight: 1, arbitrary: fc.constantFrom(startMs, endMs, endMs - 1, 0, 253402300799999, -62167219200000) },
  );
}

const zone = fc.constantFrom('Z', 'Z', 'z', '', '+05:30', '-0800', '+02', '-23:59', '+24', '+1', '+05:60', 'ZZ', ' ');
/** The text of an ISO time, cut, spelled and zoned in many ways; some are wrong. */
function isoText(timeMs: number): fc.Arbitrary<string> {
  const iso = new Date(timeMs).toISOString().slice(0, -1);
  const cut = fc.constantFrom(23, 23, 19, 22, 16, 13, 10, 7, 4, 18, 12, 20).map((length) => iso.slice(0, length));
  const spelled = fc
    .tuple(cut, fc.constantFrom('', '', '456', '999999999'), fc.constantFrom('T', 'T', 't', ' '), fc.boolean())
    .map(([text, finer, separator, comma]) => {
      const dotted = (text.length === 23 ? text + finer : text).replace('T', separator);
      return comma ? dotted.replace('.', ',') : dotted;
    });
  const broken = fc
    .tuple(fc.constant(iso), fc.nat(iso.length - 1), fc.constantFrom('x', '9', '6', '3', '/', ':', '-', '.', '\\u0660'))
    .map(([text, at, character]) => text.slice(0, at) + character + text.slice(at + 1));
  return fc
    .tuple(fc.oneof({ weight: 4, arbitrary: spelled }, { weight: 1, arbitrary: broken }), zone)
    .map(([text, suffix]) => text + suffix);
}

function numberText(timeMs: number): fc.Arbitrary<string> {
  return fc
    .constantFrom(
      `${timeMs}`,
      `${timeMs}.5`,
      `${timeMs}000`,
      `${timeMs}999999`,
      `${timeMs / 1000}`,
      `${Math.floor(timeMs / 1000)}`,
      `${timeMs}e0`,
      `${timeMs}e-25`,
      `${timeMs}e3`,
      `${timeMs}0000000000000`,
    )
    .filter((text) => !/^-?0[0-9]/.test(text));
}

const odd: fc.Arbitrary<JsonText> = fc.constantFrom(undefined, 'null', 'true', '{}', '[1]', '""', '"now"', '0', '-0.5');

function column(around: Chunk): fc.Arbitrary<JsonText[]> {
  const json = timeIn(around).chain((timeMs) =>
    fc.oneof(
      { weight: 5, arbitrary: isoText(timeMs).map((text) => `"${text}"`) },
      { weight: 3, arbitrary: numberText(timeMs) },
      { weight: 1, arbitrary: numberText(timeMs).map((text) => `"${text}"`) },
      { weight: 1, arbitrary: odd },
    ),
  );
  return fc.array(json, { minLength: 1, maxLength: BLOCK });
}

describe.each(FORMATS)('times of format %s', (format) => {
  it('are in the bucket that the definition says, strays, or left to the host', () => {
    const cases = chunk.chain((around) => fc.tuple(fc.constant(around), column(around)));
    fc.assert(
      fc.property(cases, ([around, json]) => {
        timesOf(format, around, json).forEach((read, row) => {
          if (read !== undefined)
            expect({ [`${json[row]}`]: read }).toEqual({ [`${json[row]}`]: expected(format, around, json[row]) });
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('usual times', () => {
  const spellings: [TimestampFormat, (timeMs: number) => string][] = [
    ['auto', (timeMs) => `"${new Date(timeMs).toISOString()}"`],
    ['auto', (timeMs) => `"${new Date(timeMs).toISOString().replace('T', ' ').replace('Z', '')}"`],
    ['auto', (timeMs) => `${timeMs}`],
    ['auto', (timeMs) => `"${timeMs}"`],
    ['iso', (timeMs) => `"${new Date(timeMs).toISOString()}"`],
    ['iso', (timeMs) => `"${new Date(timeMs).toISOString().slice(0, 19)}Z"`],
    ['iso', (timeMs) => `"${new Date(timeMs).toISOString().slice(0, 19)}.123456+00:00"`],
    ['iso', (timeMs) => `"${new Date(timeMs + 2 * HOUR_MS).toISOString().slice(0, 23)}+02:00"`],
    ['iso', (timeMs) => `"${new Date(timeMs).toISOString().slice(0, 10)}"`],
    ['millis', (timeMs) => `${timeMs}`],
    ['posix', (timeMs) => `${Math.floor(timeMs / 1000)}`],
    ['posix', (timeMs) => `${timeMs / 1000}`],
    ['micro', (timeMs) => `${timeMs}999`],
    ['nano', (timeMs) => `${timeMs}999999`],
  ];

  const aroundTen = fc.integer({ min: TEN - 30_000_000, max: TEN + 2 * HOUR_MS });

  it.each(spellings)('of format %s, written by %s, are never left to the host', (format, spell) => {
    fc.assert(
      fc.property(fc.array(aroundTen, { minLength: 1, maxLength: BLOCK }), (times) => {
        const json = times.map(spell);
        expect(timesOf(format, minutesOfTen, json)).toEqual(json.map((text) => expected(format, minutesOfTen, text)));
      }),
      { numRuns: 20 },
    );
  });

  it('may be in any order of hours, years and spellings within a block', () => {
    const json = [
      '2026-11-22T10:59:59.999Z',
      '2026-11-22T10:59:59Z',
      '2026-11-22T11:00:00.000Z',
      '2026-11-22T10:00:60.000Z',
    ]
      .flatMap((text) => [text, text.replace('T', ' '), text.replace('22T', '23T'), text.replace('2026', '0026')])
      .map((text) => `"${text}"`);
    expect(timesOf('iso', minutesOfTen, json)).toEqual(json.map((text) => expected('iso', minutesOfTen, text)));
  });

  it('keep what another operator has flagged', () => {
    fillBlock(kernel, [['"2026-11-22T10:59:59.999Z"', undefined]]);
    kernel.bytes[kernel.exports.flagsAt() + 1] = PUNT;
    kernel.exports.readTime(0, 0);
    expect(flagsOf(kernel)).toEqual([0, PUNT]);
  });
});
