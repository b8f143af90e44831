import { setImmediate } from 'node:timers/promises';
import { HourmillError } from '@hourmill/core';
import type { Board } from '../exchange/board.ts';

/** Well under the 50 ms that the main thread may keep its event loop waiting. */
const TURN_MS = 10;

/** Lets the main thread look after its events between pieces of work, and ends the work when the run was called off. */
export class Pace {
  readonly #board: Board;
  readonly #isMainThread: boolean;
  #turnEndMs = performance.now() + TURN_MS;

  constructor(board: Board, isMainThread: boolean) {
    this.#board = board;
    this.#isMainThread = isMainThread;
  }

  /** Between two pieces of work. @throws HM_RUN_002 when the run was called off */
  async turn(): Promise<void> {
    if (this.#isMainThread && performance.now() >= this.#turnEndMs) {
      await setImmediate();
      this.#turnEndMs = performance.now() + TURN_MS;
    }
    this.#check();
  }

  /** Waits for news after `seen` from the other workers. @throws as {@link turn} */
  async wait(seen: number): Promise<void> {
    await this.#board.wait(seen, this.#isMainThread);
    this.#turnEndMs = performance.now() + TURN_MS;
    this.#check();
  }

  /**
   * Waits for something outside, such as bytes from a server, and does `work` whenever there is news meanwhile: the others
   * may be waiting for this worker's part of the decisions. @throws as {@link turn}, and what `pending` rejects with
   */
  async during<T>(pending: Promise<T>, work: () => void): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
      this.#board.wake();
    };
    pending.then(settle, settle);
    for (;;) {
      const { news } = this.#board;
      work();
      this.#check();
      if (settled) return pending;
      // Never blocks: what is waited for comes through this thread's event loop.
      await this.#board.wait(news, true);
    }
  }

  #check(): void {
    if (this.#board.stopped) throw new HourmillError('HM_RUN_002', 'the run was called off');
  }
}
