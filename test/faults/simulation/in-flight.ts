import type { Actor, Possibility, Scheduler } from './scheduler.ts';

/** A request may be under way for so long. */
const LONGEST_WAY_MS = 120_000;

interface Request extends Possibility {
  readonly fromMs: number;
}

/** Requests whose senders have given them up, and that arrive later all the same. */
export class InFlight implements Actor {
  readonly #scheduler: Scheduler;
  readonly #requests = new Set<Request>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  send(name: string, effect: () => unknown): void {
    const { nowMs, random } = this.#scheduler;
    const request: Request = {
      name,
      fromMs: nowMs + random.below(LONGEST_WAY_MS),
      happen: () => {
        this.#requests.delete(request);
        // Nobody waits for the answer.
        void (async () => effect())().catch(() => {});
      },
    };
    this.#requests.add(request);
  }

  possible(): readonly Possibility[] {
    return [...this.#requests].filter(({ fromMs }) => fromMs <= this.#scheduler.nowMs);
  }

  nextMs(): number {
    return Math.min(...[...this.#requests].map(({ fromMs }) => fromMs));
  }

  isBusy(): boolean {
    return false;
  }
}
