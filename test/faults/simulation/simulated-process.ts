import { type Clock, HourmillError, type Timers } from '@hourmill/core';
import { type Fate, type FaultRates, NO_FAULTS } from './faults.ts';
import type { Actor, Possibility, Scheduler } from './scheduler.ts';

/** A call that waits for its turn. */
interface Waiting {
  readonly name: string;
  readonly isReady: () => boolean;
  /** Whether it may be chosen at a later moment although nothing else happens. */
  readonly readyMs: number;
  readonly chain: Chain;
  readonly go: () => void;
}

/** What a call follows from: a timer that has gone off, such as that of a renewal, or all else. */
type Chain = 'main' | 'timer';

interface Timer {
  readonly atMs: number;
  readonly action: () => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** What it waits for. Default: nothing. */
  readonly isReady?: () => boolean;
  /** When it is ready whatever else. */
  readonly readyMs?: number;
}

type Area = 'store' | 'druid' | 'source';
const FAILURES = { store: 'HM_STORE_001', druid: 'HM_DRUID_001', source: 'HM_INPUT_005' } as const;

/** A process that sleeps stands still for at most so long. */
const LONGEST_SLEEP_MS = 90_000;

/** One process: every call that it makes to the world outside waits for its turn and has a fate. */
export class SimulatedProcess implements Actor {
  readonly name: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly #scheduler: Scheduler;
  readonly #later: (name: string, effect: () => unknown) => void;
  readonly #rates: FaultRates;
  readonly #waiting: Waiting[] = [];
  readonly #set = new Set<Timer>();
  #asleepUntilMs = 0;
  #builds = 0;
  /** Of what happens now. */
  #chain: Chain = 'main';
  #state: 'alive' | 'dead' | 'ended' = 'alive';

  /**
   * @param skewMs how far the clock of its machine is ahead
   * @param later takes effects that are still under way
   */
  constructor(
    name: string,
    scheduler: Scheduler,
    later: (name: string, effect: () => unknown) => void,
    rates: FaultRates = NO_FAULTS,
    skewMs = 0,
  ) {
    this.name = name;
    this.#scheduler = scheduler;
    this.#later = later;
    this.#rates = rates;
    this.clock = {
      now: () => scheduler.nowMs + skewMs,
      sleep: async (ms, signal) => {
        const readyMs = scheduler.nowMs + ms;
        await this.#turn('wakes up', { signal, isReady: () => scheduler.nowMs >= readyMs, readyMs });
        signal?.throwIfAborted();
      },
    };
    this.timers = {
      after: (ms, action) => {
        const timer = { atMs: scheduler.nowMs + ms, action };
        this.#set.add(timer);
        return { [Symbol.dispose]: () => void this.#set.delete(timer) };
      },
    };
  }

  /** The true time, whatever its clock says. */
  realNowMs(): number {
    return this.#scheduler.nowMs;
  }

  get isOver(): boolean {
    return this.#state !== 'alive';
  }

  /** Runs the process to its end, unless it dies. */
  async run(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } finally {
      this.#state = 'ended';
    }
  }

  /** While an engine computes, the process is busy although a renewal may wait. */
  async building<T>(build: () => Promise<T>): Promise<T> {
    this.#builds += 1;
    this.#chain = 'main';
    try {
      return await build();
    } finally {
      this.#builds -= 1;
    }
  }

  /** One call to the world outside. The effect happens at its turn, at once, or not at all. */
  async call<T>(
    area: Area,
    name: string,
    effect: () => T | Promise<T>,
    { signal, ...options }: CallOptions = {},
  ): Promise<T> {
    await this.#turn(name, { signal, ...options });
    signal?.throwIfAborted();
    const fate = this.#fate();
    if (fate !== 'answered') this.#scheduler.tell(`  ${this.name} ${fate} at ${name}`);
    const failure = () => new HourmillError(FAILURES[area], `${this.name}: ${fate} at ${name}`);
    switch (fate) {
      case 'answered':
        return effect();
      case 'refused':
        throw failure();
      case 'unanswered':
        await effect();
        throw failure();
      case 'overtaken':
        this.#later(`${this.name} ${name}, late`, effect);
        throw failure();
      case 'dies before':
        return this.#die();
      case 'dies after':
        await effect();
        return this.#die();
      case 'sleeps before':
        await this.#sleep();
        signal?.throwIfAborted();
        return effect();
      case 'sleeps after': {
        const answer = await effect();
        await this.#sleep();
        return answer;
      }
    }
  }

  possible(): readonly Possibility[] {
    const { nowMs } = this.#scheduler;
    if (this.isOver || nowMs < this.#asleepUntilMs) return [];
    const possible: Possibility[] = [];
    for (const waiting of this.#waiting) {
      if (!waiting.isReady()) continue;
      const happen = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        this.#chain = waiting.chain;
        waiting.go();
      };
      possible.push({ name: `${this.name} ${waiting.name}`, happen });
    }
    for (const timer of this.#set) {
      if (nowMs < timer.atMs) continue;
      const happen = () => {
        this.#set.delete(timer);
        this.#chain = 'timer';
        timer.action();
      };
      possible.push({ name: `${this.name} timer`, happen });
    }
    return possible;
  }

  nextMs(): number {
    if (this.isOver) return Number.POSITIVE_INFINITY;
    if (this.#scheduler.nowMs < this.#asleepUntilMs) return this.#asleepUntilMs;
    const moments = [...this.#waiting.map(({ readyMs }) => readyMs), ...[...this.#set].map(({ atMs }) => atMs)];
    return Math.min(...moments);
  }

  isBusy(): boolean {
    if (this.isOver) return false;
    if (this.#builds > 0) return !this.#waiting.some(({ chain }) => chain === 'main');
    return this.#waiting.length === 0;
  }

  #turn(name: string, { signal, isReady = () => true, readyMs }: CallOptions): Promise<void> {
    if (this.isOver) return new Promise(() => {});
    return new Promise((go) => {
      this.#waiting.push({
        name,
        isReady: () =>
          signal?.aborted === true || isReady() || this.#scheduler.nowMs >= (readyMs ?? Number.POSITIVE_INFINITY),
        readyMs: readyMs ?? Number.POSITIVE_INFINITY,
        chain: this.#chain,
        go,
      });
    });
  }

  #fate(): Fate {
    let left = this.#scheduler.random.fraction();
    for (const [fate, rate] of Object.entries(this.#rates) as [Exclude<Fate, 'answered'>, number][]) {
      if (left < rate) return fate;
      left -= rate;
    }
    return 'answered';
  }

  #die(): Promise<never> {
    this.#state = 'dead';
    return new Promise(() => {});
  }

  async #sleep(): Promise<void> {
    this.#asleepUntilMs = this.#scheduler.nowMs + this.#scheduler.random.below(LONGEST_SLEEP_MS);
    await this.#turn('wakes up', {});
  }
}
