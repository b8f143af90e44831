import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { definition, event, HOUR, hourmill, Workplace } from './hourmill.ts';

const MIB = 1024 * 1024;

function workplace(content: string): { place: Workplace; pipeline: string } {
  const place = new Workplace();
  place.file('in.json', content);
  return { place, pipeline: place.file('p.yaml', definition(['in.json'], 'deduplicate: { key: [id], keep: first }')) };
}

/** Different keys, and as many pages as one wants. */
function events(count: number, pages: number): string {
  return Array.from({ length: count }, (_, i) => event({ id: `event ${i}`, page: `page ${i % pages}` })).join('\n');
}

/** Runs with a limit, and watches the resident memory of the process from outside. */
async function runWithin(pipeline: string, memory: string, workers: number) {
  let peakBytes = 0;
  let watching: NodeJS.Timeout | undefined;
  const onStart = (child: ChildProcess): void => {
    watching ??= setInterval(() => {
      const status = `/proc/${child.pid}/status`;
      const peak = existsSync(status) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
      peakBytes = Math.max(peakBytes, 1024 * Number(peak ?? 0));
    }, 5);
  };
  const args = ['run', '-p', pipeline, '--hour', HOUR, '--force', '--json', '--memory', memory];
  try {
    const onStderr = (_: string, child: ChildProcess): void => onStart(child);
    const { status, stdout } = await hourmill([...args, '--workers', String(workers)], { onStderr });
    return { status, answer: JSON.parse(stdout), peakBytes };
  } finally {
    clearInterval(watching);
  }
}

test.skipIf(!existsSync('/proc/self/status'))(
  'a run stays within limits.memory, as the operating system sees it, and leaves the same bytes however small it is',
  async () => {
    const { place, pipeline } = workplace(events(400_000, 20_000));
    using _ = place;
    const plenty = await runWithin(pipeline, '4GiB', 2);
    for (const workers of [1, 2]) {
      const { status, answer, peakBytes } = await runWithin(pipeline, '256MiB', workers);
      expect(status).toBe(0);
      expect(answer.parts[0].sha256).toBe(plenty.answer.parts[0].sha256);
      expect(peakBytes).toBeGreaterThan(50 * MIB);
      expect(peakBytes).toBeLessThan(1.15 * 256 * MIB);
    }
  },
);

test('hours that are built at once share limits.memory', async () => {
  const { place, pipeline } = workplace(events(50_000, 20_000));
  using _ = place;
  const hours = ['--from', '2026-11-22T09', '--to', '2026-11-22T12', '--parallel', '3'];
  const { status, stdout } = await hourmill(['backfill', '-p', pipeline, ...hours, '--memory', '600MiB', '--json']);
  expect(status).toBe(0);
  const kept = JSON.parse(stdout).hours.map(({ counts }: { counts: { kept: number } }) => counts.kept);
  expect(kept).toEqual([0, 50_000, 0]);
});

test('groups that do not fit into the memory go to disk: the same bytes, within the limit', async () => {
  const { place, pipeline } = workplace(events(400_000, 400_000));
  using _ = place;
  const plenty = await runWithin(pipeline, '4GiB', 1);
  const { status, answer, peakBytes } = await runWithin(pipeline, '190MiB', 1);
  expect(status).toBe(0);
  expect(answer).toMatchObject({ groups: 400_000 });
  expect(answer.parts[0].sha256).toBe(plenty.answer.parts[0].sha256);
  expect(plenty.answer.peak.spilledBytes).toBe(0);
  expect(answer.peak.spilledBytes).toBeGreaterThan(MIB);
  expect(peakBytes).toBeLessThan(1.15 * 190 * MIB);
});

test.each([2])(
  'a limit that is too small for the groups ends the run with exit 8 and a size that is enough, %i worker(s)',
  async (workers) => {
    const { place, pipeline } = workplace(events(400_000, 400_000));
    using _ = place;
    const { status, answer, peakBytes } = await runWithin(pipeline, '190MiB', workers);
    expect(status).toBe(8);
    expect(answer.error).toMatchObject({ code: 'HM_LIMIT_001' });
    expect(peakBytes).toBeLessThan(1.15 * 190 * MIB);
    const [, needed] = /needs about (\d+) MiB$/.exec(answer.error.message) ?? [];
    expect(Number(needed)).toBeGreaterThan(200);
    expect(Number(needed)).toBeLessThan(700);
    const again = await runWithin(pipeline, `${needed}MiB`, workers);
    expect(again).toMatchObject({ status: 0, answer: { groups: 400_000 } });
  },
);

test.each(['1', '2', '40'])('--workers %s builds a tiny hour', async (workers) => {
  const { place, pipeline } = workplace(events(3, 2));
  using _ = place;
  const run = ['run', '-p', pipeline, '--hour', HOUR, '--json', '--workers', workers];
  const { status, stdout } = await hourmill(run);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ counts: { read: 3, kept: 3 }, groups: 2 });
});

test.each(['0', 'x', '1.5', '-1', ''])('--workers "%s" is a usage error with exit 2', async (workers) => {
  const { place, pipeline } = workplace('');
  using _ = place;
  const { status, stderr } = await hourmill(['run', '-p', pipeline, '--hour', HOUR, `--workers=${workers}`]);
  expect(stderr).toContain('--workers takes a whole number of at least 1');
  expect(status).toBe(2);
});

test('--help of run names the engines', async () => {
  const { stdout } = await hourmill(['run', '--help']);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('(choices: "local", "reference", default: "local")');
});
