import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from '../src/build-lock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const options = { doing: 'building', onStep: () => {} };

test('only one at a time holds the lock, and all get it', async () => {
  const file = join(temporaryFolder(), 'a.lock');
  let inside = 0;
  let done = 0;
  const work = () =>
    withLock(file, options, async () => {
      inside++;
      expect(inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
      done++;
    });
  await Promise.all([work(), work(), work(), work()]);
  expect(done).toBe(4);
});

test('a lock is released when the work fails, and nothing is left', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'a.lock');
  const failing = withLock(file, options, () => Promise.reject(new Error('broken')));
  await expect(failing).rejects.toThrow('broken');
  expect(readdirSync(folder)).toEqual([]);
});

test('who waits is told for whom', async () => {
  const file = join(temporaryFolder(), 'a.lock');
  const told: string[] = [];
  await withLock(file, options, async () => {
    const controller = new AbortController();
    const onStep = (text: string) => {
      told.push(text);
      controller.abort(new Error('enough'));
    };
    const waiting = withLock(file, { ...options, onStep, signal: controller.signal }, async () => {});
    await expect(waiting).rejects.toThrow('enough');
  });
  expect(told).toEqual([`waiting for process ${process.pid}, which is building`]);
});

test('the lock of a dead process is taken over', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'a.lock');
  writeFileSync(file, JSON.stringify({ pid: process.pid, birth: 'before the last restart' }));
  expect(await withLock(file, options, async () => 'mine')).toBe('mine');
  expect(readdirSync(folder)).toEqual([]);
});
