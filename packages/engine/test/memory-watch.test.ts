import { expect, test } from 'vitest';
import { MemoryWatch } from '../src/progress/memory-watch.ts';

const MIB = 1024 * 1024;

test('a process is over its limit as long as the memory is used, whatever it held before', () => {
  const watch = new MemoryWatch(100 * MIB, 0);
  const isOver = (): boolean => watch.isOver(process.memoryUsage.rss());
  expect(isOver()).toBe(false);
  const held = holdTouched(300 * MIB);
  expect(isOver()).toBe(true);
  held.length = 0;
  // Resident still, but for nobody.
  expect(isOver()).toBe(false);
});

/** In a function of its own: else a register of the test may hold the bytes for as long as the test runs. */
function holdTouched(bytes: number): Uint8Array[] {
  return [new Uint8Array(bytes).fill(1)];
}
