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
async function runWithin(
  pipeline: string,
  memory: string,
  workers: number,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  let peakBytes = 0;
  let watching: NodeJS.Timeout | undefined;
  const onStart = (child: ChildProcess): void => {
    watching ??= setInterval(() => {
      const status = `/proc/${child.pid}/status`;
      const peak = existsSync(status) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
      peakBytes = Math.max(peakBytes, 1024 * Number(peak ?? 0));
    }, 5);
  };
  const args = ['run', '-p', pipeline, '--hour', HOUR, '--force', '--json', '--memory', memory, ...more];
  try {
    const onStderr = (_: string, child: ChildProcess): void => onStart(child);
    const { status, stdout } = await hourmill([...args, '--workers', String(workers)], { onStderr, env });
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

test.each([1, 2, 3])(
  'what does not fit into the memory goes to disk: the same bytes, within the limit, %i worker(s)',
  async (workers) => {
    const { place, pipeline } = workplace(events(400_000, 400_000));
    using _ = place;
    const plenty = await runWithin(pipeline, '4GiB', workers);
    expect(plenty.answer).toMatchObject({ groups: 400_000, peak: { spilledBytes: 0 } });
    const { status, answer, peakBytes } = await runWithin(pipeline, '190MiB', workers);
    expect(status).toBe(0);
    expect(answer.parts[0].sha256).toBe(plenty.answer.parts[0].sha256);
    expect(answer.peak.spilledBytes).toBeGreaterThan(MIB);
    expect(peakBytes).toBeLessThan(1.15 * 190 * MIB);
  },
);

test('a limit that is too small for any run ends it with exit 8 and a size that is enough', async () => {
  const { place, pipeline } = workplace(events(400_000, 400_000));
  using _ = place;
  const { status, answer } = await runWithin(pipeline, '100MiB', 2);
  expect(status).toBe(8);
  expect(answer.error).toMatchObject({ code: 'HM_LIMIT_001' });
  const [, needed] = /a run takes at least (\d+) MiB$/.exec(answer.error.message) ?? [];
  expect(await runWithin(pipeline, `${needed}MiB`, 2)).toMatchObject({ status: 0, answer: { groups: 400_000 } });
});

test('a disk limit that is too small ends the run with exit 8, and says so', async () => {
  const { place, pipeline } = workplace(events(400_000, 400_000));
  using _ = place;
  const run = (disk: string) => runWithin(pipeline, '140MiB', 1, ['--disk', disk]);
  const { status, answer } = await run('2MiB');
  expect(status).toBe(8);
  expect(answer.error).toMatchObject({ code: 'HM_LIMIT_004' });
  expect(answer.error.message).toMatch(/limits.disk is 2 MiB, and after \d+ % of the input .* at least about \d+ MiB/);
  expect(await run('200MiB')).toMatchObject({ status: 0, answer: { groups: 400_000 } });
});

test('a temporary folder that is none ends the run with a reason, and the hour can be built again', async () => {
  const { place, pipeline } = workplace(events(400_000, 400_000));
  using _ = place;
  const env = { TMPDIR: place.file('no-folder', '') };
  const { status, answer } = await runWithin(pipeline, '140MiB', 1, [], env);
  expect(status).toBe(1);
  expect(answer.error).toMatchObject({ code: 'HM_ENGINE_004', message: expect.stringContaining(env.TMPDIR) });
  expect(await runWithin(pipeline, '140MiB', 1)).toMatchObject({ status: 0, answer: { groups: 400_000 } });
});

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
