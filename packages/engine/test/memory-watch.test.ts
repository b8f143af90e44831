import { expect, test } from 'vitest';
import { MemoryWatch } from '../src/progress/memory-watch.ts';

const MIB = 1024 * 1024;

test('a process is over its limit as long as the memory is used, whatever it held before', () => {
  const watch = new MemoryWatch(100 * MIB, 0);
  const isOver = (): boolean => watch.isOver(process.memoryUsage.rss());
  expect(isOver()).toBe(false);
  let held: Uint8Array | null = new Uint8Array(300 * MIB).fill(1);
  expect(isOver()).toBe(true);
  expect(held.length).toBe(300 * MIB);
  held = null;
  // Resident still, but for nobody.
  expect(isOver()).toBe(false);
});
