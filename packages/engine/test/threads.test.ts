import { rmSync, truncateSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import type { Logger } from '@hourmill/core';
import type { LocalEngineOptions } from '@hourmill/engine';
import { type BuildInput, type Built, buildFiles, dimension, TEST_HOUR } from '@hourmill/testkit';
import { afterEach, expect, test } from 'vitest';
import { localEngine } from './support/local-engine.ts';

const MIB = 1024 * 1024;
const HOUR_MS = Date.parse(TEST_HOUR);
const KEYED = { deduplicate: { key: [['ts']], keep: 'first' } } as const;

/** Of one hour, each with a time of its own. */
const manyLines = Array.from({ length: 400_000 }, (_, index) => `{"ts":${HOUR_MS + 8 * index}}\n`).join('');

const threads: Worker[] = [];
const onThread = (thread: Worker): void => void threads.push(thread);

afterEach(() => {
  // A thread that has ended has no id any more.
  expect(threads.splice(0).map(({ threadId }) => threadId)).toSatisfy((ids: number[]) => ids.every((id) => id === -1));
});

interface Warning {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

const FILES = Array.from({ length: 8 }, () => manyLines);
/** With so little memory the main thread cannot have scanned so many events before the other thread has its part. */
const LIMITS = { memoryBytes: 256 * MIB };
const BOTH_WORK_EVENTS = 1_500_000;

/** Builds FILES, and ends a thread that works, in so many builds one after the other. */
async function buildWithDeaths(deaths: number) {
  const warnings: Warning[] = [];
  const warn: Logger['warn'] = (fields, message) => void warnings.push({ fields, message });
  const logger = { debug() {}, info() {}, warn, error() {}, child: () => logger } as Logger;
  const ended = new Set<Worker>();
  const onProgress = ({ events }: { events: number }): void => {
    const thread = threads.find((started) => !ended.has(started));
    if (thread === undefined || ended.size === deaths || events < BOTH_WORK_EVENTS) return;
    ended.add(thread);
    void thread.terminate();
  };
  const engine = localEngine({ workers: 2, tuning: { rangeBytes: MIB }, onThread, logger });
  const building = buildFiles(engine, { files: FILES, program: KEYED, limits: LIMITS, onProgress });
  return { warnings, built: await building.catch((error: unknown) => error) };
}

test('an hour whose worker dies is read once more: the same result, and a warning that names the split', async () => {
  const { built, warnings } = await buildWithDeaths(1);
  const undisturbed = await buildFiles(localEngine({ workers: 2 }), { files: FILES, program: KEYED });
  expect((built as Built).parts).toEqual(undisturbed.parts);
  expect((built as Built).result.counts).toEqual(undisturbed.result.counts);
  expect(warnings).toEqual([
    {
      message: 'a worker died; the hour is read once more',
      fields: {
        worker: 1,
        split: expect.stringMatching(/^file:.*00\d\.json$/),
        error: expect.stringMatching(/worker 1 died: its thread ended with code 1; it was reading file:.*00\d\.json$/),
      },
    },
  ]);
});

test('an hour whose worker dies twice fails with HM_ENGINE_003 and the split', async () => {
  const { built, warnings } = await buildWithDeaths(2);
  expect(built).toMatchObject({
    code: 'HM_ENGINE_003',
    exitCode: 1,
    message: expect.stringMatching(/it was reading file:.*00\d\.json$/),
  });
  expect(warnings).toHaveLength(1);
});

/** The error of a build, which is the same however many workers there are. */
async function failureOf(input: BuildInput, tuning: LocalEngineOptions['tuning'] = {}) {
  const failures: unknown[] = [];
  for (const workers of [1, 3]) {
    const building = buildFiles(localEngine({ workers, tuning, onThread }), input);
    failures.push(
      await building.then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
  }
  expect((failures[1] as { code?: string }).code).toBe((failures[0] as { code?: string }).code);
  return failures;
}

test('a damaged file ends all workers with its name', async () => {
  const whole = { bytes: gzipSync(manyLines.slice(0, 4 * MIB)), compression: 'gzip' } as const;
  const damaged = { ...whole, bytes: Uint8Array.from(whole.bytes) };
  damaged.bytes.fill(0xff, damaged.bytes.length / 2, damaged.bytes.length / 2 + 100);
  for (const error of await failureOf({ files: [whole, whole, whole, damaged, whole, whole] })) {
    expect(error).toMatchObject({ code: 'HM_INPUT_003', exitCode: 5, message: expect.stringContaining('003.json') });
  }
});

test.each([
  ['is cut short', (path: string) => truncateSync(path, 1000)],
  ['is removed', (path: string) => rmSync(path)],
] as const)('a file that %s while it is read ends all workers', async (_, change) => {
  for (const workers of [1, 3]) {
    const { create, source } = localEngine({ workers, tuning: { rangeBytes: MIB }, onThread });
    const paths: string[] = [];
    const engine = { create, source: (files: readonly string[]) => source(paths.splice(0, 9, ...files) && files) };
    let isChanged = false;
    const onProgress = (): void => {
      if (!isChanged) change(paths[0] ?? '');
      isChanged = true;
    };
    const building = buildFiles(engine, { files: [manyLines.repeat(12)], onProgress });
    await expect(building).rejects.toMatchObject({ code: 'HM_INPUT_002', exitCode: 5 });
  }
});

test('too many rejected records end all workers', async () => {
  const files = [manyLines, 'broken\n'.repeat(20_000), manyLines];
  for (const error of await failureOf({ files, limits: { maxRejectedBytes: 10_000 } })) {
    expect(error).toMatchObject({ code: 'HM_LIMIT_003', exitCode: 8 });
  }
});

test('too little memory ends all workers, and says how much would do', async () => {
  // A batch of so many columns is as large as all that a worker may have.
  const sums = Array.from({ length: 250 }, (_, index) => {
    return { name: `sum_${index}`, type: 'doubleSum', path: [`field_${index}`] } as const;
  });
  const program = {
    ...KEYED,
    dimensions: [dimension('ts', 'long')],
    metrics: [{ name: 'events', type: 'count' } as const, ...sums],
    countMetric: 'events',
  };
  for (const error of await failureOf({ files: [manyLines], program, limits: { memoryBytes: 140 * MIB } })) {
    expect(error).toMatchObject({
      code: 'HM_LIMIT_001',
      exitCode: 8,
      message: expect.stringMatching(/limits.memory is 140 MiB, and after \d+ % of the input .* needs about \d+ MiB$/),
    });
  }
});
