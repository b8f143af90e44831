import { expect, test } from 'vitest';
import { definition, event, HOUR, hourmill, Workplace } from './hourmill.ts';

const FIELDS = ['events', 'bytes', 'totalBytes', 'splitsDone', 'splits', 'memoryBytes', 'spilledBytes'] as const;
type Line = Record<(typeof FIELDS)[number] | 'eventsPerSecond' | 'bytesPerSecond', number> & {
  hour: string;
  step: string;
};

test('--progress json prints JSON lines on stderr that only grow and end complete, and --json one document on stdout', async () => {
  using place = new Workplace();
  const text = `${event()}\n`.repeat(500_000);
  for (const name of ['a.json', 'b.json', 'c.json']) place.file(name, text);
  const pipeline = place.file('p.yaml', definition(['*.json']));
  const run = ['run', '-p', pipeline, '--hour', HOUR, '--json', '--progress', 'json', '--workers', '2'];
  const { status, stdout, stderr } = await hourmill(run);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'rolled-up', counts: { read: 1_500_000 } });

  const lines = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  expect(new Set(lines.map(({ hour }) => hour))).toEqual(new Set(['2026-11-22T10:00:00.000Z']));
  expect([...new Set(lines.map(({ step }) => step))]).toEqual(['plan', 'scan', 'publish']);
  const scans = lines.filter(({ events }) => events !== undefined);
  expect(scans.length).toBeGreaterThan(0);
  for (const scan of scans) for (const field of FIELDS) expect(scan[field]).toBeGreaterThanOrEqual(0);
  for (const field of ['events', 'bytes', 'splitsDone'] as const) {
    const values = scans.map((scan) => scan[field]);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  }
  const rates = scans.slice(1).map(({ eventsPerSecond, bytesPerSecond }) => Math.min(eventsPerSecond, bytesPerSecond));
  expect(Math.min(...rates)).toBeGreaterThanOrEqual(0);
  const bytes = 3 * text.length;
  expect(scans.at(-1)).toMatchObject({ events: 1_500_000, bytes, totalBytes: bytes, splitsDone: 3, splits: 3 });
});
