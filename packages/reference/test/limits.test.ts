import { expect, test } from 'vitest';
import { MemoryGuard } from '../src/limits/memory-guard.ts';
import { Pacer } from '../src/limits/pacer.ts';

test('a rest lets waiting callbacks run', async () => {
  let ran = false;
  setImmediate(() => {
    ran = true;
  });
  await new Pacer(new AbortController().signal).rest();
  expect(ran).toBe(true);
});

test('a rest notices that the run was called off, also by what happened while it rested', async () => {
  const controller = new AbortController();
  const reason = new Error('stopped');
  const pacer = new Pacer(controller.signal);
  setImmediate(() => controller.abort(reason));
  await expect(pacer.rest()).rejects.toBe(reason);
});

test('memory up to the limit is allowed, and its peak remembered', () => {
  const MIB = 1 << 20;
  const used = [80, 100, 90, 101];
  const guard = new MemoryGuard(100 * MIB, () => (used.shift() ?? 0) * MIB);
  for (let index = 0; index < 3; index++) guard.check(() => '');
  expect(guard.peakBytes).toBe(100 * MIB);
  expect(() => guard.check(() => '7 keys')).toThrow(
    'the run uses 101 MiB of memory with 7 keys; limits.memory allows 100 MiB',
  );
});
