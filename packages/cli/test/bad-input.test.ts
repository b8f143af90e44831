import { appendFileSync, rmSync, truncateSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { definition, event, HOUR, hourmill, Workplace } from './hourmill.ts';

/** Runs the hour over one input file and returns its report, or its error, with the exit code. */
async function runOver(content: string | Uint8Array, more = '', name = 'in.json') {
  using place = new Workplace();
  place.file(name, content);
  const pipeline = place.file('p.yaml', definition([name], more));
  const { status, stdout, stderr } = await hourmill(['run', '-p', pipeline, '--hour', HOUR, '--json']);
  const inspected = await hourmill(['inspect', '-p', pipeline, '--hour', HOUR, '--json']);
  return {
    status,
    stderr,
    answer: JSON.parse(stdout),
    rejects: inspected.status === 0 ? JSON.parse(inspected.stdout).rejects : [],
  };
}

const DEDUPLICATE = 'deduplicate: { key: [id], keep: first }';

test.each([
  ['malformed JSON', '{"t": ', 'HM_EVENT_001', ''],
  ['a JSON value that is no object', '[1]', 'HM_EVENT_001', ''],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'HM_EVENT_002', ''],
  ['a line longer than maxRecordBytes', `{"page":"${'x'.repeat(10 << 20)}"}`, 'HM_EVENT_003', ''],
  ['1.5 in a long', event({ n: 1.5 }), 'HM_EVENT_004', ''],
  ['an integer beyond 64 bits', event({ n: 0 }).replace('"n":0', '"n":9223372036854775808'), 'HM_EVENT_005', ''],
  ['a missing timestamp', event({ t: undefined }), 'HM_EVENT_006', ''],
  ['an absurd timestamp', event({ t: '2026-13-45T99:00:00Z' }), 'HM_EVENT_007', ''],
  ['a key that is not there', event({ id: undefined }), 'HM_EVENT_008', DEDUPLICATE],
] as const)(
  '%s is a counted reject with its reason, and the events around it are kept',
  async (_, bad, reason, more) => {
    const content = Buffer.concat([
      Buffer.from(`${event()}\n`),
      Buffer.from(bad),
      Buffer.from(`\n${event({ id: 'y' })}\n`),
    ]);
    const { status, answer, rejects } = await runOver(content, more);
    expect(status).toBe(0);
    expect(answer.counts).toEqual({ read: 3, kept: 2, duplicate: 0, filtered: 0, stray: 0, rejected: 1 });
    expect(answer.rejects.reasons).toEqual({ [reason]: 1 });
    expect(rejects).toHaveLength(1);
    expect(JSON.parse(rejects[0])).toMatchObject({ reason });
  },
);

test('a truncated gzip is refused with exit 5: no manifest, no part of it is published', async () => {
  const whole = gzipSync(`${event()}\n`.repeat(1000));
  const { status, answer } = await runOver(whole.subarray(0, whole.length - 20), '', 'in.json.gz');
  expect(status).toBe(5);
  expect(answer.error.code).toBe('HM_INPUT_003');
});

test('an empty file is an hour with no events, not an error', async () => {
  const { status, answer } = await runOver('');
  expect(status).toBe(0);
  expect(answer).toMatchObject({ state: 'rolled-up', counts: { read: 0, kept: 0 }, parts: [] });
});

test('a missing file is refused with exit 5 and its name', async () => {
  using place = new Workplace();
  const pipeline = place.file('p.yaml', definition(['not-there.json']));
  const { status, stderr } = await hourmill(['run', '-p', pipeline, '--hour', HOUR]);
  expect(status).toBe(5);
  expect(stderr).toMatch(/HM_INPUT_001: .*not-there\.json/);
});

test.each([
  ['grows', (path: string) => appendFileSync(path, event())],
  ['is cut short', (path: string) => truncateSync(path, 1000)],
  ['is removed', (path: string) => rmSync(path)],
] as const)('a file that %s while it is read is refused with exit 5', async (_, change) => {
  using place = new Workplace();
  const path = place.file('in.json', `${event()}\n`.repeat(200_000));
  const pipeline = place.file('p.yaml', definition(['in.json']));
  const onStderr = (text: string): void => {
    if (text.includes('scan')) change(path);
  };
  const { status, stderr } = await hourmill(['run', '-p', pipeline, '--hour', HOUR], { onStderr });
  expect(stderr).toContain('HM_INPUT_002');
  expect(status).toBe(5);
});

test('a definition with a typo is refused with exit 2, file, line and column, before anything is read', async () => {
  using place = new Workplace();
  const pipeline = place.file('p.yaml', definition(['in.json']).replace('queryGranularity', 'queryGranularty'));
  const { status, stderr } = await hourmill(['run', '-p', pipeline, '--hour', HOUR]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/HM_DEFINITION_003: .*p\.yaml:\d+:\d+.*queryGranularty/s);
});

test('a Druid that is down ends the run with exit 75 before anything is read or written', async () => {
  using place = new Workplace();
  place.file('in.json', event());
  const druid = 'druid: { dataSource: clicks, coordinator: "http://127.0.0.1:9", broker: "http://127.0.0.1:9" }';
  const pipeline = place.file('p.yaml', definition(['in.json'], druid));
  const { status, stderr } = await hourmill(['run', '-p', pipeline, '--hour', HOUR]);
  expect(stderr).toContain('HM_DRUID_001');
  expect(status).toBe(75);
  const after = await hourmill(['inspect', '-p', pipeline, '--hour', HOUR]);
  expect(after.stderr).toContain('HM_RUN_004');
}, 90_000);

test('more rejects than the guard allows end the run with exit 7', async () => {
  using place = new Workplace();
  place.file('in.json', `${event()}\nbroken\n`);
  const pipeline = place.file(
    'p.yaml',
    definition(['in.json']).replace('maxRejectedRatio: 1', 'maxRejectedRatio: 0.1'),
  );
  const { status, stderr } = await hourmill(['run', '-p', pipeline, '--hour', HOUR]);
  expect(stderr).toContain('HM_GUARD_003');
  expect(status).toBe(7);
});

test('a store that cannot be written to is refused with its path', async () => {
  using place = new Workplace();
  place.file('in.json', event());
  place.file('warehouse', 'a file where the folder should be');
  const pipeline = place.file('p.yaml', definition(['in.json']));
  const { status, stderr } = await hourmill(['run', '-p', pipeline, '--hour', HOUR]);
  expect(stderr).toMatch(/HM_STORE_002.*warehouse/s);
  expect(status).toBe(1);
});
