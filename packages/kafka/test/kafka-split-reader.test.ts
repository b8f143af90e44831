import { describe, expect, test } from 'vitest';
import { KafkaSplitReader } from '../src/read/kafka-split-reader.ts';
import type { FetchedBatches } from '../src/read/partition-log.ts';
import { ResponseBuffers } from '../src/read/response-buffers.ts';

/** A log of so many record sets of one byte; behind them the broker does not answer. */
function readerOf(sets: number, signal = new AbortController().signal) {
  const buffers = new ResponseBuffers(1);
  const calls: { fetches: number; ended: unknown } = { fetches: 0, ended: null };
  const openLog = (ends: AbortSignal) => ({
    isEnd: false,
    fetch: async (): Promise<FetchedBatches | null> => {
      if (calls.fetches++ < sets) {
        const memory = buffers.take(1);
        memory[0] = calls.fetches;
        return { bytes: memory, aborted: [], memory };
      }
      return new Promise((_, reject) => {
        ends.addEventListener('abort', () => {
          calls.ended = ends.reason;
          reject(ends.reason);
        });
      });
    },
  });
  return { reader: new KafkaSplitReader({ openLog, buffers, ahead: 2, signal }), calls };
}

describe('a reader of a split', () => {
  test('gives sets that stay as they are until the next is asked for, however far it is ahead', async () => {
    const { reader, calls } = readerOf(8);
    const read: number[] = [];
    while (read.length < 8) {
      const set = reader.next();
      if (set instanceof Promise) await set;
      else if (set !== null) {
        await new Promise(setImmediate);
        read.push(set.bytes[0] ?? 0);
      }
    }
    expect(read).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(calls.fetches).toBe(9);
    reader.close();
  });

  test('leaves no request behind when it is closed', async () => {
    const { reader, calls } = readerOf(0);
    reader.close();
    expect(calls.ended).toBeInstanceOf(DOMException);
    await new Promise(setImmediate);
    expect(calls.fetches).toBe(1);
  });

  test('does not keep who waits for it waiting when the run is called off', async () => {
    const calledOff = new AbortController();
    const { reader } = readerOf(0, calledOff.signal);
    const waiting = reader.next();
    calledOff.abort(new Error('called off'));
    await expect(waiting).rejects.toThrow('called off');
    expect(() => reader.next()).toThrow('called off');
    reader.close();
  });
});
