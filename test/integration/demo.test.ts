import { dirname } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hourmill, Workplace } from '../../packages/cli/test/hourmill.ts';

const place = new Workplace();
afterAll(() => place[Symbol.dispose]());

const VERIFIED = 'verified: 39244 events in Druid = 39244 events read';

test('the demo ends with every hour in its own Druid, verified by SQL', async () => {
  const { status, stdout, stderr } = await hourmill(['demo', '--data', place.folder]);
  expect(stderr).toContain('druid.log');
  expect(stdout.match(/^2015-09-12T\d\d:00 {2}done /gm)).toHaveLength(24);
  expect(stdout.trim().split('\n').at(-1)).toBe(VERIFIED);
  expect(status).toBe(0);
});

test('again it finds everything done, over what the first left behind, and verifies it by SQL again', async () => {
  const { status, stdout } = await hourmill(['demo', '--data', place.folder]);
  expect(stdout.match(/^2015-09-12T\d\d:00 {2}done before /gm)).toHaveLength(24);
  expect(stdout.trim().split('\n').at(-1)).toBe(VERIFIED);
  expect(status).toBe(0);
});

test('by way of its own Kafka every hour is read by exact offsets, and as many events come to Druid as messages were produced', async () => {
  using other = new Workplace();
  const demo = ['demo', '--kafka', '--data', other.folder];
  const first = await hourmill(demo);
  expect(first.stderr).toContain('producing the sample into the topic');
  expect(first.stdout.match(/^2015-09-12T\d\d:00 {2}done /gm)).toHaveLength(24);
  const verified = 'verified: 39244 events in Druid = 39244 messages in Kafka';
  expect(first.stdout.trim().split('\n').at(-1)).toBe(verified);
  const again = await hourmill(demo);
  expect(again.stderr).not.toContain('producing');
  expect(again.stdout.match(/^2015-09-12T\d\d:00 {2}done before /gm)).toHaveLength(24);
  expect(again.stdout.trim().split('\n').at(-1)).toBe(verified);
});

test('on a machine with neither Java nor Docker it stops after the Parquet files and says what to install', async () => {
  using other = new Workplace();
  const { status, stdout } = await hourmill(['demo', '--data', other.folder], {
    env: { PATH: dirname(process.execPath) },
  });
  expect(stdout).toContain('rolled up: 39244 events kept = 39244 events read');
  expect(stdout).toMatch(/Install Java 17 and Maven/);
  expect(status).toBe(0);
});
