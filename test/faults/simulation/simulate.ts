import { type ErrorCode, HourmillError, isoMillis } from '@hourmill/core';
import { Random } from '@hourmill/testkit';
import { anyCommand, type Command, gcCommand, hourOf, LEASE_MS, runCommand } from './commands.ts';
import type { Variant } from './definition.ts';
import { EventMaker } from './event-maker.ts';
import { type FaultRates, NO_FAULTS } from './faults.ts';
import type { Actor, Possibility } from './scheduler.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { World } from './world.ts';

/** What a story is like. */
export interface Plot {
  readonly variant: Variant;
  readonly rates: FaultRates;
  readonly taskFailureRate: number;
  /** How likely an event is one of another hour than it arrives in. */
  readonly strayRate: number;
  /** Hours that are there at the beginning, and that come later. */
  readonly hours: number;
  readonly laterHours: number;
  readonly commands: number;
  /** Processes that run at the same time. */
  readonly mostAtOnce: number;
  /** How often the input changes, or the definition. */
  readonly changes: number;
}

export interface Simulated {
  /** Promises that were broken; empty when all is well. */
  readonly broken: readonly string[];
  readonly story: readonly string[];
  readonly processes: number;
}

const MOST_STEPS = 20_000;
/** Rounds of calm runs after which an hour that is not done is stuck. */
const MOST_ROUNDS = 10;
/** In which all leases run out and all tasks end. */
const BETWEEN_ROUNDS_MS = 3600_000;

/** Errors that no fault of the world explains. */
const OURS: readonly ErrorCode[] = ['HM_LEDGER_003', 'HM_LEDGER_004', 'HM_LEDGER_005', 'HM_STORE_003', 'HM_RUN_005'];

/** Plays one story: processes, faults and changes of the input as the seed says, then calm, until every hour is done. */
export async function simulate(seed: number, plot: (random: Random) => Plot): Promise<Simulated> {
  const random = new Random(seed ^ 0x5eed);
  return new Simulation(seed, random, plot(random)).play();
}

class Simulation implements Actor {
  readonly #random: Random;
  readonly #world: World;
  readonly #plot: Plot;
  readonly #events: EventMaker;
  readonly #broken: string[] = [];
  #processes = 0;
  #running: SimulatedProcess[] = [];
  /** Hours of which the last run, and the last merge, said that nothing is to be done. */
  readonly #standing = new Set<number>();
  #commandsLeft: number;
  /** When the next command may be started. */
  #commandMs = 0;
  #changesLeft: number;
  /** When the input changes again. */
  #changeMs = 0;
  #hoursLeft: number;

  constructor(seed: number, random: Random, plot: Plot) {
    this.#random = random;
    this.#plot = plot;
    this.#commandsLeft = plot.commands;
    this.#changesLeft = plot.changes;
    this.#hoursLeft = plot.laterHours;
    this.#events = new EventMaker(random, plot.strayRate);
    this.#world = new World(seed, plot.variant, plot.taskFailureRate);
    for (let hour = 0; hour < plot.hours; hour++) this.#addHour();
    this.#world.scheduler.actors.push(this);
  }

  async play(): Promise<Simulated> {
    const { scheduler, hours } = this.#world;
    await this.#untilNothingHappens();
    this.#world.calmDown();
    for (let round = 1; this.#broken.length === 0 && !(await this.#isDone()); round++) {
      if (round > MOST_ROUNDS) {
        this.#broken.push(`stuck: ${this.#states()}`);
        break;
      }
      scheduler.nowMs += BETWEEN_ROUNDS_MS;
      await this.#calmly(gcCommand(0));
    }
    for (const hour of this.#broken.length === 0 ? hours : []) {
      const wrong = await this.#world.differsInTheEnd(hour);
      if (wrong !== undefined) this.#broken.push(wrong);
    }
    return { broken: this.#broken, story: scheduler.story, processes: this.#processes };
  }

  possible(): readonly Possibility[] {
    const { nowMs } = this.#world.scheduler;
    const possible: Possibility[] = [];
    const running = this.#running.filter(({ isOver }) => !isOver).length;
    if (this.#commandsLeft > 0 && this.#commandMs <= nowMs && running < this.#plot.mostAtOnce) {
      possible.push({ name: 'a command is started', happen: () => this.#startCommand() });
    }
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

  /** One round of runs and merges, oldest hour first. @returns whether nothing was to be done any more */
  async #isDone(): Promise<boolean> {
    const { hours } = this.#world;
    const options = { allowEmpty: true };
    for (const kind of ['run', 'late'] as const) {
      this.#standing.clear();
      await this.#calmly(runCommand(kind, hours, options));
      if (this.#broken.length > 0 || this.#standing.size < hours.length) return false;
    }
    return true;
  }

  async #calmly(command: Command): Promise<void> {
    this.#start(command, NO_FAULTS);
    await this.#untilNothingHappens();
  }

  async #untilNothingHappens(): Promise<void> {
    const { scheduler, invariants } = this.#world;
    for (let step = 0; await scheduler.step(); step++) {
      this.#broken.push(...invariants.broken.splice(0));
      if (step > MOST_STEPS) this.#broken.push('it does not come to an end');
      if (this.#broken.length > 0) return;
    }
    const waiting = this.#running.find(({ isOver }) => !isOver);
    if (waiting !== undefined) this.#broken.push(`${waiting.name} waits for ever`);
    this.#running = [];
  }

  #startCommand(): void {
    const { scheduler, hours } = this.#world;
    this.#commandsLeft -= 1;
    this.#commandMs = scheduler.nowMs + this.#random.below(this.#random.pick([1, LEASE_MS, 2 * LEASE_MS]));
    this.#start(anyCommand(this.#random, hours), this.#plot.rates);
  }

  #start(command: Command, rates: FaultRates): void {
    this.#processes += 1;
    const name = `process ${this.#processes}`;
    const { scheduler, inFlight } = this.#world;
    const process = new SimulatedProcess(
      name,
      scheduler,
      (request, effect) => inFlight.send(request, effect),
      rates,
      this.#random.between(-60_000, 60_000),
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

  #addHour(): void {
    const hour = this.#world.addHour();
    for (let name = this.#random.between(1, 2); name > 0; name--) this.#write(hour, name);
  }

  #write(hour: World['hours'][number], name: number): void {
    this.#world.input.write(hour, `${name}`, this.#events.make(hour), this.#random.chance(0.2));
  }

  #changeInput(): void {
    const { scheduler, hours } = this.#world;
    this.#changesLeft -= 1;
    this.#changeMs = scheduler.nowMs + this.#random.below(LEASE_MS);
    if (this.#hoursLeft > 0 && this.#random.chance(0.5)) {
      this.#hoursLeft -= 1;
      this.#addHour();
      scheduler.tell('  another hour');
    } else if (this.#random.chance(0.2)) {
      this.#world.variant = { ...this.#world.variant, dimension: !this.#world.variant.dimension };
      scheduler.tell('  another definition');
    } else {
      const hour = this.#random.pick(hours);
      const name = this.#random.between(1, 3);
      scheduler.tell(`  object ${name} of ${hourOf(hour)}`);
      this.#write(hour, name);
    }
  }

  #states(): string {
    const { hours, invariants } = this.#world;
    return hours.map(({ startMs }) => invariants.lastEntry(isoMillis(startMs))?.state ?? 'missing').join(', ');
  }
}
