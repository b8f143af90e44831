import { setImmediate } from 'node:timers/promises';
import { Random } from '@hourmill/testkit';

/** Something that may happen next. */
export interface Possibility {
  readonly name: string;
  readonly happen: () => void;
}

/** Whoever has something that may happen: processes, Druid, the input. */
export interface Actor {
  /** Whatever may happen now. */
  possible(): readonly Possibility[];
  /** The moments from which on more may happen, if nothing else does. */
  nextMs(): number;
  /** True while it computes and will come to a possibility, or to its end, by itself. */
  isBusy(): boolean;
}

/**
 * The one who decides what happens next, in a world without parallelism and without waiting: of all that may happen one thing
 * does, time goes on a little, and all that follows from it by itself runs to its end before the next choice. All choices come
 * from the seed, so the same seed is the same story.
 */
export class Scheduler {
  readonly random: Random;
  readonly actors: Actor[] = [];
  /** What has happened, one line each. */
  readonly story: string[] = [];
  /** The most that passes from one step to the next. */
  maxStepMs = 300;
  nowMs: number;
  readonly #startMs: number;

  constructor(seed: number, startMs: number) {
    this.random = new Random(seed);
    this.nowMs = startMs;
    this.#startMs = startMs;
  }

  /** @returns false when nothing may happen any more, however much time passes */
  async step(): Promise<boolean> {
    this.nowMs += 1 + this.random.below(this.maxStepMs);
    let possible = this.#possible();
    if (possible.length === 0) {
      const nextMs = Math.min(...this.actors.map((actor) => actor.nextMs()));
      if (!Number.isFinite(nextMs)) return false;
      this.nowMs = Math.max(this.nowMs, nextMs);
      possible = this.#possible();
    }
    if (possible.length === 0) return true;
    const chosen = this.random.pick(possible);
    this.tell(chosen.name);
    chosen.happen();
    await this.#settle();
    return true;
  }

  tell(line: string): void {
    this.story.push(`${((this.nowMs - this.#startMs) / 1000).toFixed(1)} s ${line}`);
  }

  #possible(): Possibility[] {
    return this.actors.flatMap((actor) => actor.possible());
  }

  /** Waits until nobody goes on by himself. Promises settle before the next tick; an engine that rests needs whole turns. */
  async #settle(): Promise<void> {
    await new Promise<void>((resolve) => process.nextTick(resolve));
    while (this.actors.some((actor) => actor.isBusy())) await setImmediate();
  }
}
