import { gzipSync } from 'node:zlib';
import {
  chunkAt,
  isoMillis,
  type KafkaSplit,
  type LateRules,
  type ObjectSplit,
  type Plan,
  parseLateKey,
} from '@hourmill/core';
import { type Program, parseFilter } from '@hourmill/pipeline';
import { createJudge, type Judgement, type MessageFacts, type RecordBytes } from '@hourmill/record';
import { LateLog, type LateRow, lateHours, lateSource, lateText, readLateRows } from '@hourmill/sidecar';
import { dimension, hostileEvent, hostileProgram, metrics, PLAIN_PROGRAM, TEST_HOUR } from '@hourmill/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const CHUNK = chunkAt(Date.parse(TEST_HOUR), 'hour');
const HOUR_MS = 3_600_000;
const EARLIER_MS = CHUNK.startMs - HOUR_MS;

function recordOf(text: string, message?: MessageFacts): RecordBytes {
  const bytes = Buffer.from(text, 'utf8');
  return {
    bytes,
    length: bytes.length,
    truncated: false,
    byteOffset: 0,
    ...(message === undefined ? {} : { message }),
  };
}

/** The row that a log of one record gives back. */
function rowOf(record: RecordBytes, source: string, ordinal: number): LateRow {
  const log = new LateLog(1e9);
  log.add(EARLIER_MS, { source, record: ordinal }, record);
  const [late] = [...log.finish({ pipeline: 'p', chunk: CHUNK }, 'run')];
  const [row] = readLateRows(late?.bytes ?? new Uint8Array(0), 'p');
  return row as LateRow;
}

describe('what a late row means', () => {
  /** White space of JSON, also line feeds, as a message may have it. */
  const spaced = fc
    .tuple(fc.json(), fc.constantFrom(0, 1, '\t', ' \n'), fc.constantFrom('', ' ', '\n', '\r\n\t'))
    .map(([text, space, around]) => around + JSON.stringify({ v: JSON.parse(text) as unknown }, null, space) + around);

  test('is what the line meant, whatever program reads it', () => {
    fc.assert(
      fc.property(fc.oneof(hostileEvent(), spaced), hostileProgram(), (text, program) => {
        const judge = createJudge({ ...PLAIN_PROGRAM, ...program }, CHUNK);
        const original = judge(recordOf(text));
        // Only strays become late rows, and what is no JSON never is one.
        if (original.kind === 'rejected' && /HM_EVENT_00[1-3]/.test(original.reject.reason)) return;
        const line = lateText(rowOf(recordOf(text), 'file:///a#1', 0), false);
        expect(line).not.toContain('\n');
        expect(judge(recordOf(line))).toEqual(original);
      }),
      { numRuns: 500 },
    );
  });

  const utf8 = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => Buffer.from(text.toWellFormed(), 'utf8'));
  const value = fc.option(fc.oneof(utf8, fc.uint8Array({ maxLength: 4 })));
  const names = ['trace', 'a.b', '__proto__', '', 'x"y', 'none'];
  const message: fc.Arbitrary<MessageFacts> = fc.record({
    partition: fc.nat(),
    offset: fc.maxSafeNat(),
    timestampMs: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(-1, CHUNK.startMs, CHUNK.endMs - 1, 2 ** 53, 2 ** 62)),
    key: value,
    headers: fc.array(fc.record({ key: fc.constantFrom(...names), value }), { maxLength: 4 }),
    isTombstone: fc.constant(false),
  });
  const events = fc.oneof(
    fc.constantFrom(
      '{}',
      ' { } ',
      '{"kafka":{"key":"own","offset":1}}',
      '{"kafk\\u0061":7}',
      '{"v":"}"}',
      '{"v":{}}\n',
      '{"v":"{"}',
    ),
    fc.constantFrom(
      '{"kafka":null,"v":1\n,\n"w":[{}]}',
      `{"ts":"${TEST_HOUR}"}`,
      '{"v":"\\n}","kafka":{"headers":{"none":"own"}}}',
    ),
    spaced,
  );
  const fields = ['key', 'timestamp', 'offset', 'partition'].map((name) => ['kafka', name]);
  const paths = [...fields, ...names.map((name) => ['kafka', 'headers', name]), ['v'], ['w']];
  const kafkaProgram = fc.record({
    timestamp: fc.constantFrom<Program['timestamp']>(
      { path: ['ts'], format: 'auto' },
      { path: ['kafka', 'timestamp'], format: 'millis' },
    ),
    dimensions: fc
      .subarray(paths, { maxLength: 5 })
      .map((some) => some.map((path, index) => ({ ...dimension(`d${index}`, index === 1 ? 'long' : 'string'), path }))),
    deduplicate: fc.constantFrom<Program['deduplicate']>(null, {
      key: [
        ['kafka', 'partition'],
        ['kafka', 'offset'],
      ],
      keep: 'first',
    }),
    filter: fc.constantFrom(
      null,
      parseFilter("kafka.offset >= 17 and kafka.headers.trace like '%a%' or kafka.key is null"),
    ),
    metrics: fc.constantFrom(metrics(), [
      ...metrics('longMax v'),
      { name: 'o', type: 'longSum' as const, path: ['kafka', 'offset'] },
    ]),
  });

  function judgementOf(program: Program, record: RecordBytes): Judgement {
    return createJudge(program, CHUNK)(record);
  }

  test('is what the message of Kafka meant, its key, headers and place too', () => {
    fc.assert(
      fc.property(events, message, kafkaProgram, (text, facts, program) => {
        const ofMessages: Program = { ...PLAIN_PROGRAM, ...program, kafkaFields: true };
        const original = judgementOf(ofMessages, recordOf(text, facts));
        const row = rowOf(recordOf(text, facts), `kafka:dGhlIHRvcGlj/${facts.partition}`, facts.offset);
        const line = lateText(row, true);
        expect(line).not.toContain('\n');
        const again = judgementOf({ ...PLAIN_PROGRAM, ...program }, recordOf(line));
        // A key, a header or a time that a line cannot hold is rejected by another reason; the next test is about these.
        const detail = original.kind === 'rejected' ? original.reject.detail : '';
        if (!/^kafka.*(not valid UTF-8|beyond 2\^53)/.test(detail)) expect(again).toEqual(original);
      }),
      { numRuns: 1000 },
    );
  });

  test('is rejected where a column needs a key, a header or a time that has no text', () => {
    const facts = { partition: 0, offset: 1, headers: [{ key: 'h', value: Buffer.from([0xff]) }], isTombstone: false };
    const record = recordOf(`{"ts":"${TEST_HOUR}"}`, { ...facts, timestampMs: 2 ** 60, key: Buffer.from([0xc3]) });
    const line = lateText(rowOf(record, 'kafka:t/0', 1), true);
    expect(JSON.parse(line)).toMatchObject({
      kafka: {
        key: { base64: 'ww==' },
        headers: { h: { base64: '/w==' } },
        timestamp: { unsafe: String(2 ** 60) },
      },
    });
    for (const path of [
      ['kafka', 'key'],
      ['kafka', 'headers', 'h'],
      ['kafka', 'timestamp'],
    ]) {
      const program = { ...PLAIN_PROGRAM, dimensions: [{ ...dimension('d'), path }] };
      expect(judgementOf(program, recordOf(line)).kind).toBe('rejected');
    }
    expect(judgementOf(PLAIN_PROGRAM, recordOf(line)).kind).toBe('candidate');
  });
});

describe('which strays are late', () => {
  const objects: readonly ObjectSplit[] = [0, 1].map((ordinal) => {
    return { type: 'object', ordinal, id: `file:///${ordinal}`, bytes: 1, etag: `e${ordinal}`, compression: 'none' };
  });
  const hourOf = (late: LateRules | undefined) =>
    lateHours({ chunk: CHUNK, splits: objects, ...(late === undefined ? {} : { late }) });

  test('those of earlier hours within the allowed lateness, by whole hours', () => {
    const hour = hourOf({ fromMs: CHUNK.startMs - 2 * HOUR_MS, own: [] });
    const at = (minutes: number): number | null => hour(0, 0, CHUNK.startMs + minutes * 60_000);
    expect([-121, -120, -61, -60, -1].map(at)).toEqual([
      null,
      ...[2, 2, 1, 1].map((hours) => CHUNK.startMs - hours * HOUR_MS),
    ]);
    expect([0, 30, 60, 1000].map(at)).toEqual([null, null, null, null]);
  });

  test('none without rules', () => {
    expect(hourOf(undefined)(0, 0, EARLIER_MS)).toBeNull();
  });

  test('none that the hour they belong to reads itself: of a whole object, or of some offsets', () => {
    const hour = hourOf({
      fromMs: CHUNK.startMs - 3 * HOUR_MS,
      own: [
        { split: 0, fromMs: EARLIER_MS, toMs: CHUNK.startMs, offsets: null },
        { split: 1, fromMs: EARLIER_MS, toMs: CHUNK.startMs, offsets: { from: 10, to: 20 } },
        { split: 1, fromMs: EARLIER_MS - HOUR_MS, toMs: EARLIER_MS, offsets: { from: 15, to: 16 } },
      ],
    });
    expect(hour(0, 5, EARLIER_MS)).toBeNull();
    const before = [{ split: 0, fromMs: EARLIER_MS - HOUR_MS, toMs: EARLIER_MS, offsets: null }];
    const isLate = hourOf({ fromMs: CHUNK.startMs - 3 * HOUR_MS, own: before });
    const edges = [-HOUR_MS - 1, -HOUR_MS, -1, 0].map((ms) => isLate(0, 5, EARLIER_MS + ms) !== null);
    expect(edges).toEqual([true, false, false, true]);
    expect(hour(0, 5, EARLIER_MS - 1)).toBe(EARLIER_MS - HOUR_MS);
    expect([9, 10, 19, 20].map((offset) => hour(1, offset, EARLIER_MS) === null)).toEqual([false, true, true, false]);
    expect([14, 15, 16].map((offset) => hour(1, offset, EARLIER_MS - 1) === null)).toEqual([false, true, false]);
  });

  test('are named by what was read and where in it, whichever plan read it', () => {
    expect(objects.map(lateSource)).toEqual(['file:///0#e0', 'file:///1#e1']);
    const split = { type: 'kafka', topicId: 'dGhlIHRvcGlj', topic: 't', partition: 3, startOffset: 5 } as KafkaSplit;
    expect(lateSource(split)).toBe('kafka:dGhlIHRvcGlj/3');
  });
});

describe('a log of late rows', () => {
  const plan: Pick<Plan, 'pipeline' | 'chunk'> = { pipeline: 'p', chunk: CHUNK };

  test('makes one file an hour, with its rows in the order that they came in', () => {
    const log = new LateLog(1e9);
    const placeOf = (record: number) => ({ source: 'file:///a#1', record });
    log.add(EARLIER_MS, placeOf(3), recordOf('{"v":"ä\u2028"}'));
    log.add(EARLIER_MS - HOUR_MS, placeOf(4), recordOf('{"v":\n2}'));
    log.add(EARLIER_MS, placeOf(5), recordOf('{}'));
    const files = [...log.finish(plan, 'run-1')];
    expect(files.map(({ file }) => [file.hour, file.path, file.rows])).toEqual([
      [isoMillis(EARLIER_MS - HOUR_MS), 'p/late/2026/11/22/08/20261122T1000-run-1.ndjson.gz', 1],
      [isoMillis(EARLIER_MS), 'p/late/2026/11/22/09/20261122T1000-run-1.ndjson.gz', 2],
    ]);
    expect(parseLateKey(files[0]?.file.path ?? '')).toEqual({ fromMs: CHUNK.startMs, runId: 'run-1' });
    expect(files.map(({ file, bytes }) => readLateRows(bytes, file.path))).toEqual([
      [{ ...placeOf(4), raw: '{"v":\n2}' }],
      [
        { ...placeOf(3), raw: '{"v":"ä\u2028"}' },
        { ...placeOf(5), raw: '{}' },
      ],
    ]);
    expect(files.every(({ file, bytes }) => file.bytes === bytes.length)).toBe(true);
    expect([...new LateLog(1).finish(plan, 'run-1')]).toEqual([]);
  });

  test('gives back more than one member of it', () => {
    const log = new LateLog(1e9);
    const raw = JSON.stringify({ v: 'x'.repeat(10_000) });
    for (let record = 0; record < 100; record++) log.add(EARLIER_MS, { source: 's', record }, recordOf(raw));
    const [file] = [...log.finish(plan, 'run')];
    const rows = readLateRows(file?.bytes ?? new Uint8Array(0), 'p');
    expect(rows.map(({ record }) => record)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(rows.every((row) => row.raw === raw)).toBe(true);
  });

  test('fails over the limit of all its lines, with the place of the last', () => {
    const line = '{"source":"s","record":0,"raw":"{}"}\n';
    const log = new LateLog(line.length * 2);
    log.add(EARLIER_MS, { source: 's', record: 0 }, recordOf('{}'));
    log.add(EARLIER_MS - HOUR_MS, { source: 's', record: 1 }, recordOf('{}'));
    const failure = {
      code: 'HM_LIMIT_005',
      message: expect.stringContaining('record 2 of s, for 2026-11-22T09') as string,
    };
    expect(() => log.add(EARLIER_MS, { source: 's', record: 2 }, recordOf('{}'))).toThrow(
      expect.objectContaining(failure) as Error,
    );
  });

  test('that is damaged is refused, with its path', () => {
    const log = new LateLog(1e9);
    log.add(EARLIER_MS, { source: 's', record: 0 }, recordOf('{}'));
    const whole = [...log.finish(plan, 'run')][0]?.bytes ?? new Uint8Array(0);
    const failure = expect.objectContaining({ code: 'HM_LEDGER_004', context: { path: 'the path' } }) as Error;
    for (let length = 0; length < whole.length; length++) {
      expect(() => readLateRows(whole.subarray(0, length), 'the path'), `${length} bytes`).toThrow(failure);
    }
    const kafka = '"source":"kafka:t/0","record":1,"raw":"{}"';
    for (const text of [
      ...[
        'x\n',
        '{}\n',
        'null\n',
        '[]\n',
        '\n',
        '{"source":"s","record":0,"raw":"{}"}',
        '{"source":"s","record":-1,"raw":"{}"}\n',
      ],
      ...[
        '{"source":"s","record":1.5,"raw":"{}"}\n',
        '{"source":"s","record":1e300,"raw":"{}"}\n',
        '{"source":1,"record":1,"raw":"{}"}\n',
      ],
      ...[
        '{"source":"s","record":1,"raw":null}\n',
        `{${kafka}}\n`,
        `{${kafka},"timestamp":"1","key":null,"headers":[]}\n`,
      ],
      ...[`{${kafka},"timestamp":1,"key":1,"headers":[]}\n`, `{${kafka},"timestamp":1,"key":null,"headers":[["a"]]}\n`],
      `{${kafka},"timestamp":1,"key":null,"headers":[["a",{}]]}\n`,
    ]) {
      expect(() => readLateRows(gzipSync(text), 'the path'), text).toThrow(failure);
    }
    expect(() => readLateRows(gzipSync(Buffer.from([0x22, 0xff, 0x22, 0x0a])), 'the path')).toThrow(failure);
  });
});
