import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { EngineProgress } from '@hourmill/core';
import { describe, expect, test } from 'vitest';
import { at, build, dimension, lines, metrics, multiValue } from './support/build.ts';

const byId = (keep: 'first' | 'last') => ({ deduplicate: { key: [['id']], keep } }) as const;

describe('the judgement of a record', () => {
  const program = {
    ...byId('first'),
    dimensions: [dimension('page')],
    metrics: metrics('longSum added'),
    filter: { kind: 'compare', field: ['ok'], operator: '=', literal: { kind: 'boolean', value: true } },
  } as const;
  const good = { id: 1, page: 'x', added: 1, ok: true };

  test.each([
    ['unreadable comes before all', '{"added":"x"', 'HM_EVENT_001'],
    ['another kind of value is unreadable', '[]', 'HM_EVENT_001'],
    ['invalid UTF-8', Buffer.from('{"a":"\xff"}\n', 'latin1'), 'HM_EVENT_002'],
    ['a time of a wrong type comes before a bad key', { ...good, ts: true, id: [] }, 'HM_EVENT_004'],
    ['a bad key comes before a missing time', { ...good, id: {} }, 'HM_EVENT_004'],
    ['a bad dimension comes before a missing time', { ...good, page: ['x'] }, 'HM_EVENT_004'],
    ['a bad metric comes before a missing time', { ...good, added: 1.5 }, 'HM_EVENT_004'],
    ['a metric beyond 64 bits', '{"added":9223372036854775808}', 'HM_EVENT_005'],
    ['a missing time comes before a missing key', { page: 'x' }, 'HM_EVENT_006'],
    ['a null time', { ...good, ts: null }, 'HM_EVENT_006'],
    ['an absurd time comes before a missing key', { ts: 'soon' }, 'HM_EVENT_007'],
    ['a missing key comes before the hour', { ts: '2020-01-01' }, 'HM_EVENT_008'],
    ['a null key comes before the filter', at(1, { id: null }), 'HM_EVENT_008'],
  ])('%s', async (_, record, reason) => {
    const { result, rejects } = await build({ program, files: [record instanceof Buffer ? record : lines(record)] });
    expect(result.counts).toMatchObject({ read: 1, rejected: 1 });
    expect(result.rejectReasons).toEqual({ [reason]: 1 });
    expect(rejects).toMatchObject([{ reason, record: 0, split: 'file:///input/0' }]);
  });

  test('the hour comes before the filter, the filter before the key, and only a kept candidate claims its key', async () => {
    const events = [
      { ...good, ts: '2026-11-22T09:59:59.999Z', ok: false },
      at(1, { ...good, ok: false }),
      at(2, { ...good, ok: null }),
      at(3, good),
      at(4, good),
      { ...good, ts: '2026-11-22T11:00:00Z' },
    ];
    const { result, rows } = await build({ program, files: [lines(...events)] });
    expect(result.counts).toEqual({ read: 6, kept: 1, duplicate: 1, filtered: 2, stray: 2, rejected: 0 });
    expect(result.strays).toEqual({ '2026-11-22T09:00:00.000Z': 1, '2026-11-22T11:00:00.000Z': 1 });
    expect(rows).toMatchObject([{ page: 'x', n: 1n, longSum_added: 1n }]);
  });

  test('the filter may look at fields of any type without rejecting', async () => {
    const events = [at(1, { ...good, ok: [] }), at(1, { ...good, ok: { deep: 1 } }), at(1, good)];
    const { result } = await build({ program, files: [lines(...events)] });
    expect(result.counts).toMatchObject({ filtered: 2, kept: 1, rejected: 0 });
  });
});

describe('deduplication', () => {
  const program = { dimensions: [dimension('v')], metrics: metrics() };
  const files = [
    lines(at(1, { id: 1, v: 'a' }), at(1, { id: 2, v: 'b' })),
    lines(at(2, { id: 1.0, v: 'c' }), at(2, { id: '1', v: 'd' }), at(2, { id: 2, v: 'e' })),
  ];
  const counts = (kept: number, duplicate: number) => ({ kept, duplicate });

  test('keep: first keeps the earliest position', async () => {
    const { result, rows } = await build({ program: { ...program, ...byId('first') }, files });
    expect(rows.map(({ v }) => v)).toEqual(['a', 'b', 'd']);
    expect(result.splits).toMatchObject([{ counts: counts(2, 0) }, { counts: counts(1, 2) }]);
    expect(result.identity).toEqual({ algorithm: 'hm1', keys: 3, collisionBound: '1.3e-38' });
  });

  test('keep: last keeps the latest, and counts the earlier ones where they were read', async () => {
    const { result, rows } = await build({ program: { ...program, ...byId('last') }, files });
    expect(rows.map(({ v }) => v)).toEqual(['c', 'd', 'e']);
    expect(result.splits).toMatchObject([{ counts: counts(0, 2) }, { counts: counts(3, 0) }]);
    expect(result.identity).toMatchObject({ keys: 3 });
  });

  test('without it every record counts, and there is no identity', async () => {
    const { result } = await build({ program, files });
    expect(result.counts).toMatchObject({ kept: 5, duplicate: 0 });
    expect(result.identity).toBeNull();
  });
});

describe('the roll-up', () => {
  test('a missing field and null are one group; "" and "null" are others', async () => {
    const events = [at(1), at(1, { page: null }), at(1, { page: '' }), at(1, { page: 'null' })];
    const { rows } = await build({ program: { dimensions: [dimension('page')] }, files: [lines(...events)] });
    expect(rows.map(({ page, n }) => [page, n])).toEqual([
      [null, 2n],
      ['', 1n],
      ['null', 1n],
    ]);
  });

  test('equal values written differently are one group of a long or double dimension, not of a string one', async () => {
    const events = ['1', '1.0', '"1"'].map((text) => `{"ts":"2026-11-22T10:00","l":${text},"d":${text},"s":${text}}`);
    const typed = [dimension('l', 'long'), dimension('d', 'double')];
    expect((await build({ program: { dimensions: typed }, files: [lines(...events)] })).result.groups).toBe(1);
    expect((await build({ program: { dimensions: [dimension('s')] }, files: [lines(...events)] })).result.groups).toBe(
      2,
    );
  });

  test('-0 counts as 0', async () => {
    const events = ['0', '-0', '-0.0'].map((text) => `{"ts":"2026-11-22T10:00","d":${text}}`);
    const { rows } = await build({
      program: { dimensions: [dimension('d', 'double')], metrics: metrics('doubleMin d') },
      files: [lines(...events)],
    });
    expect(rows).toMatchObject([{ d: 0, doubleMin_d: 0, n: 3n }]);
  });

  test('metrics add, and pick extremes, of what is there; over no value at all they are null', async () => {
    const program = {
      dimensions: [dimension('g')],
      metrics: metrics('longSum x', 'longMin x', 'longMax x', 'doubleSum y', 'doubleMin y', 'doubleMax y'),
    };
    const events = [
      at(1, { g: 'a', x: 3, y: 0.1 }),
      at(1, { g: 'a', x: '-5', y: null }),
      at(1, { g: 'a', y: 0.2 }),
      at(1, { g: 'a', y: 0.3 }),
      at(1, { g: 'b', x: null }),
    ];
    const { rows, result } = await build({ program, files: [lines(...events)] });
    expect(rows.map((row) => Object.values(row).slice(1))).toEqual([
      ['a', 4n, -2n, -5n, 3n, 0.6, 0.1, 0.3],
      ['b', 1n, null, null, null, null, null, null],
    ]);
    expect(result.sums).toEqual({ n: '5', longSum_x: '-2' });
  });

  test('a sum over no value is absent from the sums', async () => {
    const { result } = await build({ program: { metrics: metrics('longSum x') }, files: [lines(at(1))] });
    expect(result.sums).toEqual({ n: '1' });
  });

  test('times are floored to the query granularity', async () => {
    const events = [at(1), { ts: '2026-11-22T10:01:59.9999Z' }, at(2)];
    const { rows } = await build({ program: { queryGranularityMs: 60_000 }, files: [lines(...events)] });
    expect(rows.map(({ __time, n }) => [(__time as Date).toISOString(), n])).toEqual([
      ['2026-11-22T10:01:00.000Z', 2n],
      ['2026-11-22T10:02:00.000Z', 1n],
    ]);
  });
});

describe('sums out of range', () => {
  const sum = (field: string, ...values: string[]) =>
    build({
      program: { dimensions: [dimension('g')], metrics: metrics('longSum x', 'doubleSum y') },
      files: [lines(...values.map((value) => `{"ts":"2026-11-22T10:00","g":"here","${field}":${value}}`))],
    });

  test('a longSum beyond 64 bits fails the run, naming metric and group', async () => {
    await expect(sum('x', '9223372036854775807', '1')).rejects.toMatchObject({
      code: 'HM_ENGINE_001',
      message: expect.stringMatching(
        /longSum_x .*2026-11-22T10:00:00.000Z \["here"\] is 9223372036854775808/,
      ) as string,
    });
    await expect(sum('x', '-9223372036854775808', '-1')).rejects.toMatchObject({ code: 'HM_ENGINE_001' });
  });

  test('only the final sum is judged', async () => {
    expect((await sum('x', '9223372036854775807', '1', '-1')).result.sums).toMatchObject({
      longSum_x: '9223372036854775807',
    });
    expect((await sum('y', '1e308', '1e308', '-1e308')).rows).toMatchObject([{ doubleSum_y: 1e308 }]);
  });

  test('a doubleSum beyond the range of a double fails the run', async () => {
    await expect(sum('y', '1e308', '1e308')).rejects.toMatchObject({ code: 'HM_ENGINE_002' });
  });

  test('a total beyond 64 bits fails the run, because Druid would wrap it around', async () => {
    const events = ['a', 'b'].map((g) => `{"ts":"2026-11-22T10:00","g":"${g}","x":9223372036854775807}`);
    const program = { dimensions: [dimension('g')], metrics: metrics('longSum x') };
    await expect(build({ program, files: [lines(...events)] })).rejects.toMatchObject({ code: 'HM_ENGINE_001' });
  });
});

describe('the parts', () => {
  test('are sorted by time, then dimensions: nulls first, strings by UTF-8 bytes, lists element by element', async () => {
    const program = {
      queryGranularityMs: 60_000,
      dimensions: [dimension('l', 'long'), dimension('s'), multiValue('m', 'ARRAY')],
    };
    const events = [
      at(2),
      at(1, { l: 2 }),
      at(1, { l: 10 }),
      at(1, { l: -1 }),
      at(1, { s: '😀' }),
      at(1, { s: '\uffff' }),
      at(1, { s: 'Z' }),
      at(1, { s: 'a' }),
      at(1, { s: '' }),
      at(1, { m: ['b'] }),
      at(1, { m: ['a', 'b'] }),
      at(1, { m: ['a'] }),
      at(1, { m: [null, 'z'] }),
      at(1),
    ];
    const { rows } = await build({ program, files: [lines(...events)] });
    expect(rows.map(({ l, s, m }) => l ?? s ?? m)).toEqual([
      null,
      [null, 'z'],
      ['a'],
      ['a', 'b'],
      ['b'],
      '',
      'Z',
      'a',
      '\uffff',
      '😀',
      -1n,
      2n,
      10n,
      null,
    ]);
  });

  test('keep every value of 64 bits and every double', async () => {
    const longs = ['9223372036854775807', '-9223372036854775808', '9007199254740993'];
    const doubles = ['5e-324', '1.7976931348623157e308', '0.1'];
    const events = longs.map((x, index) => `{"ts":"2026-11-22T10:00","i":${index},"x":${x},"y":${doubles[index]}}`);
    const program = { dimensions: [dimension('i', 'long')], metrics: metrics('longMax x', 'doubleMax y') };
    const { rows } = await build({ program, files: [lines(...events)] });
    expect(rows.map(({ longMax_x }) => longMax_x)).toEqual(longs.map(BigInt));
    expect(rows.map(({ doubleMax_y }) => doubleMax_y)).toEqual(doubles.map(Number));
  });

  test('nothing kept makes no part', async () => {
    for (const files of [[], [''], ['\n\n'], [lines({ ts: '2020-01-01' })]]) {
      const { result, objects } = await build({ files });
      expect(result).toMatchObject({ groups: 0, parts: [], rejects: null, sums: {} });
      expect(objects.size).toBe(0);
    }
  });

  test.each(['zstd', 'snappy', 'gzip', 'none'] as const)('can be read when compressed with %s', async (codec) => {
    const { rows } = await build({ codec, files: [lines(at(1), at(2))] });
    expect(rows).toMatchObject([{ n: 2n }]);
  });

  test('are the same bytes whether the input is compressed or not', async () => {
    const text = lines(at(1), '', at(2), '{');
    const builds = await Promise.all([
      build({ files: [text] }),
      build({ files: [{ bytes: gzipSync(text), compression: 'gzip' }] }),
      build({ files: [{ bytes: zstdCompressSync(text), compression: 'zstd' }] }),
    ]);
    const [plain, ...compressed] = builds.map(({ objects }) => objects);
    for (const objects of compressed) expect(objects).toEqual(plain);
  });
});

describe('rejects', () => {
  test('are kept with their place, reason and bytes', async () => {
    const invalid = Buffer.from('{"a":"\xff"}\r\n', 'latin1');
    const files = [lines(at(1)), Buffer.concat([Buffer.from('\n{x}\n'), invalid, Buffer.from('y'.repeat(30))])];
    const { rejects, result } = await build({ files, limits: { maxRecordBytes: 29 } });
    expect(rejects).toMatchObject([
      { reason: 'HM_EVENT_001', split: 'file:///input/1', ordinal: 1, record: 0, byteOffset: 1, raw: '{x}' },
      {
        reason: 'HM_EVENT_002',
        record: 1,
        byteOffset: 5,
        rawBase64: Buffer.from(invalid.subarray(0, -2)).toString('base64'),
      },
      { reason: 'HM_EVENT_003', record: 2, byteOffset: 16, raw: 'y'.repeat(29), truncated: true },
    ]);
    expect(result.rejectReasons).toEqual({ HM_EVENT_001: 1, HM_EVENT_002: 1, HM_EVENT_003: 1 });
    expect(result.splits.map(({ counts }) => counts.rejected)).toEqual([0, 3]);
  });

  test('a line of 10 MiB is one reject among good records', async () => {
    const files = [`${lines(at(1))}{"a":"${'x'.repeat(10 << 20)}"}\n${lines(at(2))}`];
    const { result, rejects } = await build({ files, pieceBytes: 65_536 });
    expect(result.counts).toMatchObject({ read: 3, kept: 2, rejected: 1 });
    expect(rejects).toMatchObject([
      { reason: 'HM_EVENT_003', truncated: true, detail: 'the record has 10485768 bytes' },
    ]);
  });

  test('over maxRejectedBytes the run fails', async () => {
    const files = [lines(...Array.from({ length: 100 }, () => 'not JSON'))];
    await expect(build({ files, limits: { maxRejectedBytes: 2000 } })).rejects.toMatchObject({ code: 'HM_LIMIT_003' });
    expect((await build({ files, limits: { maxRejectedBytes: 100_000 } })).rejects).toHaveLength(100);
  });

  test('many of them make one readable file', async () => {
    const files = [lines(...Array.from({ length: 10_000 }, (_, index) => `no. ${index}`))];
    const { rejects } = await build({ files, pieceBytes: 10_000 });
    expect(rejects).toHaveLength(10_000);
    expect(rejects.map(({ record }) => record)).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
  });
});

describe('strays', () => {
  test('beyond 10,000 chunks are counted together', async () => {
    const hour = (index: number): object => ({ ts: index * 3_600_000 });
    const files = [lines(...Array.from({ length: 10_005 }, (_, index) => hour(index)), hour(0), hour(10_004))];
    const { result } = await build({ files, pieceBytes: 100_000 });
    expect(Object.keys(result.strays)).toHaveLength(10_001);
    expect(result.strays).toMatchObject({ '1970-01-01T00:00:00.000Z': 2, other: 6 });
    expect(result.counts.stray).toBe(10_007);
  });

  test('are counted by the chunk they belong to, before 1970 too', async () => {
    const { result } = await build({ files: [lines({ ts: '1969-12-31T23:59:59.999Z' }, { ts: '0000-01-01' })] });
    expect(result.strays).toEqual({ '0000-01-01T00:00:00.000Z': 1, '1969-12-31T23:00:00.000Z': 1 });
  });
});

describe('a run', () => {
  test('over its memory limit fails, saying what it held', async () => {
    await expect(build({ files: [lines(at(1))], limits: { memoryBytes: 1 << 20 } })).rejects.toMatchObject({
      code: 'HM_LIMIT_001',
      message: expect.stringContaining('0 keys and 1 groups') as string,
    });
  });

  test('looks at its memory at every rest, however few records it has read', async () => {
    const files = [lines(at(1), at(2), at(3))];
    const pieceBytes = lines(at(1)).length;
    // Longer than a turn of the event loop may last, so that a rest is due after each piece.
    const beforePiece = () => sleep(30);
    const program = { queryGranularityMs: 60_000 };
    await expect(
      build({ program, files, pieceBytes, beforePiece, limits: { memoryBytes: 1 << 20 } }),
    ).rejects.toMatchObject({
      code: 'HM_LIMIT_001',
      message: expect.stringContaining('0 keys and 1 groups') as string,
    });
  });

  test('fails when a compressed file is cut short', async () => {
    const files = [{ bytes: gzipSync(lines(at(1))).subarray(0, -4), compression: 'gzip' as const }];
    await expect(build({ files })).rejects.toMatchObject({ code: 'HM_INPUT_003' });
  });

  test('stops at the next piece when it is called off', async () => {
    const controller = new AbortController();
    const stopped = new Error('stopped');
    const running = build({
      files: [lines(...Array.from({ length: 100_000 }, () => at(1)))],
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(stopped), 5);
    await expect(running).rejects.toBe(stopped);
  });

  test('reports its progress to the end', async () => {
    const seen: EngineProgress[] = [];
    const files = [lines(at(1)), lines(at(2), at(3))];
    await build({ files, onProgress: (progress) => seen.push(progress) });
    const bytes = files.reduce((sum, file) => sum + file.length, 0);
    expect(seen.at(-1)).toEqual({ events: 3, bytes, totalBytes: bytes, splitsDone: 2, splits: 2 });
  });
});
