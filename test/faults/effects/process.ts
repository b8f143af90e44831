/** How an effect fails. */
export interface Way {
  readonly name: string;
  /** `before`: it had no effect. `half`: some of its bytes were written. `after`: it took effect, the answer was lost. */
  readonly when: 'before' | 'half' | 'after';
  /**
   * `fails`: this one does, for a reason that may pass. `dies`: as of a process that was killed, nothing later has an effect.
   * `power`: the machine's power is cut, so what was not made durable is lost too.
   */
  readonly how: 'fails' | 'dies' | 'power';
  /** The effects that can fail so. Default: all. */
  readonly of?: RegExp;
}

export const ERROR_BEFORE: Way = { name: 'error before', when: 'before', how: 'fails' };
export const ERROR_AFTER: Way = { name: 'error after', when: 'after', how: 'fails' };

/** After one effect is before the next, so this one way is both. */
export const CRASH: Way = { name: 'crash', when: 'after', how: 'dies' };

/** The n-th effect of a process, from 1, fails in this way. */
export interface Cut {
  readonly nth: number;
  readonly way: Way;
}

/** What may happen to an effect: all is well, it fails, or its process is dead already. */
export type Verdict = 'passes' | 'dead' | Way;

/** One process: it counts its effects on the world outside, and is cut at one of them. */
export class Process {
  /** The name of each effect, in the order of their beginnings. */
  readonly effects: string[] = [];
  /** The effect that was cut. */
  cutAt: string | undefined;
  isDead = false;
  readonly #cut: Cut | undefined;
  /** Called once, when the power is cut. */
  onPowerCut: () => void = () => {};

  constructor(cut?: Cut) {
    this.#cut = cut;
  }

  /** Counts an effect and says what becomes of it. */
  meet(name: string): Verdict {
    if (this.isDead) return 'dead';
    this.effects.push(name);
    if (this.#cut?.nth !== this.effects.length) return 'passes';
    this.cutAt = name;
    const { way } = this.#cut;
    // Nothing that begins after this moment has an effect; this one may have.
    this.isDead = way.how !== 'fails';
    return way;
  }

  /**
   * One effect. `half` is what it does when it breaks off in the middle, nothing by default.
   * @throws what `error` makes, where the effect fails
   */
  async effect<T>(name: string, act: () => Promise<T>, error: Failure, half?: () => Promise<unknown>): Promise<T> {
    const verdict = this.meet(name);
    if (verdict === 'passes') return act();
    if (verdict === 'dead') throw error(name);
    if (verdict.when === 'after') await act();
    if (verdict.when === 'half') await half?.();
    if (verdict.how === 'power') this.onPowerCut();
    throw error(name);
  }
}

export type Failure = (name: string) => Error;
