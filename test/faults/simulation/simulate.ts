import { type ErrorCode, HourmillError, isoMillis } from '@hourmill/core';
import { Random } from '@hourmill/testkit';
import { anyCommand, type Command, gcCommand, hourOf, LEASE_MS, runCommand } from './commands.ts';
import { type DefinitionVariant, type Event, MOST_DIGITS } from './events.ts';
import { FAULT_PROFILES, type FaultRates, NO_FAULTS } from './faults.ts';
import type { Actor, Possibility } from './scheduler.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { World } from './world.ts';

export interface Simulated {
  /** Promises that were broken; empty when all is well. */
  readonly broken: readonly string[];
  readonly story: readonly string[];
  readonly processes: number;
}

const MOST_STEPS = 20_000;
/** Rounds of calm runs after which an hour that is not done is stuck. */
const MOST_ROUNDS = 6;
const HOUR_MS = 3600_000;

/** Errors that no fault of the world explains. */
const OURS: readonly ErrorCode[] = ['HM_LEDGER_003', 'HM_LEDGER_004', 'HM_LEDGER_005', 'HM_STORE_003', 'HM_RUN_005'];

/** Plays one story: processes, faults and changes of the input as the seed says, then calm, until every hour is done. */
export async function simulate(seed: number): Promise<Simulated> {
  return new Simulation(seed).play();
}

class Simulation implements Actor {
  readonly #random: Random;
  readonly #world: World;
  readonly #rates: FaultRates;
  readonly #mostAtOnce: number;
  readonly #digits = new Map<number, number>();
  #broken: string[] = [];
  #processes = 0;
  #running: SimulatedProcess[] = [];
  /** Hours of which the last run said that they are done and need nothing. */
  readonly #standing = new Set<number>();
  #commandsLeft: number;
  /** When the next command may be started. */
  #commandMs = 0;
  #changesLeft: number;
  /** When the input changes again. */
  #changeMs = 0;

  constructor(seed: number) {
    const random = new Random(seed ^ 0x5eed);
    this.#random = random;
    const variant: DefinitionVariant = {
      deduplicate: random.pick(['first', 'first', 'last', 'none']),
      dimension: true,
    };
    this.#rates = random.pick(FAULT_PROFILES);
    this.#world = new World(seed, random.pick([1, 1, 2, 3]), variant, random.pick([0, 0.2]));
    this.#mostAtOnce = random.between(2, 4);
    this.#commandsLeft = random.between(2, 5);
    this.#changesLeft = random.below(5);
    for (const hour of this.#world.hours) {
      for (let object = random.between(1, 2); object > 0; object--)
        this.#world.write(hour, `${object}`, this.#events(hour.startMs));
    }
    this.#world.scheduler.actors.push(this);
  }

  async play(): Promise<Simulated> {
    await this.#untilNothingHappens();
    this.#standing.clear();
    this.#world.calmDown();
    for (let round = 1; this.#broken.length === 0 && !this.#isDone(); round++) {
      if (round > MOST_ROUNDS) {
        this.#broken.push(`stuck: ${this.#states()}`);
        break;
      }
      this.#world.scheduler.nowMs += HOUR_MS;
      this.#start(runCommand(this.#world.hours, { allowEmpty: true }), NO_FAULTS);
      await this.#untilNothingHappens();
      this.#start(gcCommand(0), NO_FAULTS);
      await this.#untilNothingHappens();
    }
    if (this.#broken.length === 0) this.#compare();
    return { broken: this.#broken, story: this.#world.scheduler.story, processes: this.#processes };
  }

  possible(): readonly Possibility[] {
    const possible: Possibility[] = [];
    const isTime = this.#commandMs <= this.#world.scheduler.nowMs;
    if (this.#commandsLeft > 0 && isTime && this.#running.filter(({ isOver }) => !isOver).length < this.#mostAtOnce) {
      possible.push({ name: 'a command is started', happen: () => this.#startCommand() });
    }
    const { nowMs } = this.#world.scheduler;
    if (this.#changesLeft > 0 && this.#changeMs <= nowMs) {
      possible.push({ name: 'the input changes', happen: () => this.#changeInput() });
    }
    return possible;
  }

  nextMs(): number {
    const moments = [
      ...(this.#commandsLeft > 0 ? [this.#commandMs] : []),
      ...(this.#changesLeft > 0 ? [this.#changeMs] : []),
    ];
    return Math.min(...moments.filter((ms) => ms > this.#world.scheduler.nowMs));
  }

  isBusy(): boolean {
    return false;
  }

  async #untilNothingHappens(): Promise<void> {
    const { scheduler, invariants } = this.#world;
    for (let step = 0; await scheduler.step(); step++) {
      this.#broken.push(...invariants.broken.splice(0));
      if (this.#broken.length > 0) return;
      if (step > MOST_STEPS) {
        this.#broken.push('it does not come to an end');
        return;
      }
    }
    const waiting = this.#running.find(({ isOver }) => !isOver);
    if (waiting !== undefined) this.#broken.push(`${waiting.name} waits for ever`);
    this.#running = [];
  }

  #startCommand(): void {
    this.#commandsLeft -= 1;
    this.#commandMs = this.#world.scheduler.nowMs + this.#random.below(this.#random.pick([1, LEASE_MS, 2 * LEASE_MS]));
    this.#start(anyCommand(this.#random, this.#world.hours), this.#rates);
  }

  #start(command: Command, rates: FaultRates): void {
    this.#processes += 1;
    const name = `process ${this.#processes}`;
    const { scheduler, inFlight } = this.#world;
    const skewMs = this.#random.between(-60_000, 60_000);
    const process = new SimulatedProcess(
      name,
      scheduler,
      (request, effect) => inFlight.send(request, effect),
      rates,
      skewMs,
    );
    scheduler.tell(`  ${name}: ${command.name}`);
    this.#running.push(process);
    scheduler.actors.push(process);
    const ended = () => void scheduler.actors.splice(scheduler.actors.indexOf(process), 1);
    void process.run(() => this.#run(process, command)).then(ended);
  }

  async #run(process: SimulatedProcess, command: Command): Promise<void> {
    const { scheduler } = this.#world;
    try {
      for (const { chunk, error, stands, text } of await command.run(this.#world.context(process))) {
        scheduler.tell(`  ${process.name} ends hour ${hourOf(chunk)}: ${text}`);
        if (stands) this.#standing.add(chunk.startMs);
        else this.#standing.delete(chunk.startMs);
        if (error !== null) this.#judge(process, error);
      }
    } catch (error) {
      scheduler.tell(`  ${process.name} ends with ${error}`);
      this.#judge(process, error);
    }
  }

  #judge(process: SimulatedProcess, error: unknown): void {
    if (error instanceof HourmillError && !OURS.includes(error.code)) return;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#broken.push(`${process.name} ended with ${text}`);
  }

  #changeInput(): void {
    this.#changesLeft -= 1;
    this.#changeMs = this.#world.scheduler.nowMs + this.#random.below(LEASE_MS);
    if (this.#random.chance(0.2)) {
      this.#world.variant = { ...this.#world.variant, dimension: !this.#world.variant.dimension };
      this.#world.scheduler.tell('  another definition');
      return;
    }
    const hour = this.#random.pick(this.#world.hours);
    const name = `${this.#random.between(1, 3)}`;
    this.#world.scheduler.tell(`  object ${name} of ${hourOf(hour)}`);
    this.#world.write(hour, name, this.#events(hour.startMs));
  }

  /** Some events of an hour, with duplicates, and some of other hours. */
  #events(startMs: number): Event[] {
    const events: Event[] = [];
    for (let count = this.#random.between(1, 3); count > 0; count--) {
      const isStray = this.#random.chance(0.2);
      const ofMs = isStray ? startMs + this.#random.pick([-1, -2, 1]) * HOUR_MS : startMs;
      const digit = this.#digits.get(ofMs) ?? 0;
      if (digit >= MOST_DIGITS) continue;
      this.#digits.set(ofMs, digit + 1);
      events.push({
        key: `k${this.#random.below(6)}`,
        timeMs: ofMs + this.#random.below(HOUR_MS),
        page: this.#random.pick(['a', 'b']),
        price: this.#random.pick([0.1, 0.2, 1e17, -1e17, 3]),
        digit,
      });
    }
    return events;
  }

  #isDone(): boolean {
    return this.#world.hours.every(({ startMs }) => this.#standing.has(startMs));
  }

  #states(): string {
    return this.#world.hours
      .map(({ startMs }) => this.#world.invariants.lastEntry(isoMillis(startMs))?.state ?? 'missing')
      .join(', ');
  }

  #compare(): void {
    for (const hour of this.#world.hours) {
      const { expected, served } = this.#world.outcome(hour);
      if (expected !== served)
        this.#broken.push(`in the end Druid serves ${served} instead of ${expected} of ${isoMillis(hour.startMs)}`);
    }
  }
}
