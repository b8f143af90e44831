import { type Event, hourAt, idOf, type LateWorld, type WorldOptions } from './late-world.ts';

/** A stray as a run has met it: its position, and what it says. */
interface Met {
  readonly source: string;
  readonly record: number;
  readonly event: Event;
}

interface HourModel {
  /** Ids in the order of ranks, with what was read of them. */
  readonly objects: Map<string, { readonly version: number; readonly events: readonly Event[] }>;
  /** Late rows by generation; those of the first are none. */
  readonly late: Met[][];
  /** What is kept when duplicates are left out, in the order in which it ranks: a generation is an object or a batch of late rows. */
  ranked: readonly (readonly Event[])[];
}

/**
 * What must be served, said without roll-ups, fingerprints and manifests: of each hour the list of events in the order of their ranks.
 * The world beside it is only asked for the input.
 */
export class LateModel {
  readonly world: LateWorld;
  readonly #options: WorldOptions;
  readonly #hours = new Map<number, HourModel>();
  /** What the present state of an hour has met of another one. */
  readonly #met = new Map<number, Map<number, Met[]>>();

  constructor(world: LateWorld) {
    this.world = world;
    this.#options = world.options;
  }

  isDone(hour: number): boolean {
    return this.#hours.has(hour);
  }

  /** A build from the start, of what is there. */
  build(hour: number): void {
    const before = this.#hours.get(hour);
    const listed = this.#listed(hour);
    const old = [...(before?.objects.keys() ?? [])].filter((id) => listed.has(id));
    const ids = [...old, ...[...listed.keys()].filter((id) => !old.includes(id))];
    const objects = new Map(ids.map((id) => [id, listed.get(id) ?? { version: 0, events: [] }]));
    this.#met.set(hour, new Map());
    for (const id of ids) this.#meet(hour, id, objects.get(id));
    const all = this.#metOf(hour, new Set(ids));
    const late: Met[][] = [];
    for (const batch of before?.late ?? []) {
      const again = takeOut(all, (row) => batch.some((taken) => isSame(row, taken)));
      if (again.length > 0) late.push(again);
    }
    const rest = takeOut(all, () => true);
    if (rest.length > 0) late.push(rest);
    const ranked = [...ids.map((id) => eventsOf(hour, objects.get(id)?.events ?? [])), ...late.map(toEvents)];
    this.#hours.set(hour, { objects, late, ranked });
  }

  /** Whether a merge is exact: nothing that the hour has counted is another now. */
  isMergeable(hour: number): boolean {
    const before = this.#hours.get(hour);
    if (before === undefined || this.#options.deduplicate?.includes('last')) return false;
    const isOther = ([id, { version }]: readonly [string, { readonly version: number }]): boolean =>
      before.objects.has(id) && before.objects.get(id)?.version !== version;
    const present = this.#allMet(hour);
    const isGone = (taken: Met): boolean => !present.some((row) => isSame(row, taken));
    return ![...this.#listed(hour)].some(isOther) && !before.late.flat().some(isGone);
  }

  /** What the hour has read itself. */
  readBy(hour: number): ReadonlySet<string> {
    return new Set(this.#hours.get(hour)?.objects.keys());
  }

  /** A merge of what came since. */
  merge(hour: number): void {
    const before = this.#hours.get(hour);
    if (before === undefined) throw new Error('nothing was built');
    const listed = this.#listed(hour);
    const added = [...listed.keys()].filter((id) => !before.objects.has(id));
    for (const id of added) {
      before.objects.set(id, listed.get(id) ?? { version: 0, events: [] });
      this.#meet(hour, id, listed.get(id));
    }
    const rows = this.#metOf(hour, new Set(before.objects.keys())).filter(
      (row) => !before.late.flat().some((taken) => isSame(row, taken)),
    );
    if (rows.length > 0) before.late.push(rows);
    const objects = added.map((id) => eventsOf(hour, before.objects.get(id)?.events ?? []));
    before.ranked = [...before.ranked, ...objects, toEvents(rows)];
  }

  /** As {@link LateWorld.rows}. */
  rows(hour: number): string[] {
    const events = this.#hours.get(hour)?.ranked.flat() ?? [];
    const groups = new Map<string, Event[]>();
    for (const event of this.#kept(events)) {
      const d = event.id.slice(0, 1);
      groups.set(d, [...(groups.get(d) ?? []), event]);
    }
    return [...groups]
      .map(([d, group]) => {
        const v = group.reduce((sum, event) => sum + event.v, 0);
        return `${d}: ${group.length}/${v}/${exactSum(group.map((event) => event.v / 3))}`;
      })
      .sort();
  }

  #kept(events: readonly Event[]): readonly Event[] {
    const { deduplicate } = this.#options;
    if (deduplicate === undefined) return events;
    const kept = new Map<string, Event>();
    for (const event of events) if (deduplicate.includes('last') || !kept.has(event.id)) kept.set(event.id, event);
    return [...kept.values()];
  }

  #listed(hour: number): HourModel['objects'] {
    const isInput = this.world.inputOf(hourAt(hour));
    const paths = [...this.world.input.keys()].filter((path) => isInput(idOf(path))).sort();
    return new Map(paths.map((path) => [idOf(path), this.world.input.get(path) ?? { version: 0, events: [] }]));
  }

  #meet(
    hour: number,
    id: string,
    object: { readonly version: number; readonly events: readonly Event[] } | undefined,
  ): void {
    object?.events.forEach((event, record) => {
      if (event.hour >= hour || this.world.inputOf(hourAt(event.hour))(id)) return;
      const met = this.#met.get(hour) ?? new Map<number, Met[]>();
      met.set(event.hour, [...(met.get(event.hour) ?? []), { source: `${id}#v${object.version}`, record, event }]);
      this.#met.set(hour, met);
    });
  }

  /** Of an object that two hours have met in two versions, the newer one. */
  #allMet(hour: number): readonly Met[] {
    const all = [...this.#met.values()].flatMap((met) => met.get(hour) ?? []);
    const isNewer = (a: Met, b: Met): boolean => idIn(a) === idIn(b) && versionIn(a) > versionIn(b);
    return all.filter((row) => !all.some((other) => isNewer(other, row)));
  }

  /** Each position once, in their order, and none of what the hour reads itself. */
  #metOf(hour: number, own: ReadonlySet<string>): Met[] {
    const rows = new Map<string, Met>();
    for (const row of this.#allMet(hour)) {
      if (!own.has(idIn(row))) rows.set(`${row.source} ${row.record}`, row);
    }
    return [...rows.values()].sort((a, b) =>
      a.source === b.source ? a.record - b.record : a.source < b.source ? -1 : 1,
    );
  }
}

function eventsOf(hour: number, events: readonly Event[]): readonly Event[] {
  return events.filter((event) => event.hour === hour);
}

function toEvents(rows: readonly Met[]): readonly Event[] {
  return rows.map(({ event }) => event);
}

function idIn({ source }: Met): string {
  return source.replace(/#.*/, '');
}

function versionIn({ source }: Met): number {
  return Number(source.replace(/.*#v/, ''));
}

function isSame(a: Met, b: Met): boolean {
  return a.source === b.source && a.record === b.record;
}

/** Removes the items from the list, and gives them. */
function takeOut<T>(items: T[], isWanted: (item: T) => boolean): T[] {
  const wanted = items.filter(isWanted);
  items.splice(0, items.length, ...items.filter((item) => !wanted.includes(item)));
  return wanted;
}

/** Rounded once: each summand is a whole number of 2^-1074. */
function exactSum(values: readonly number[]): number {
  const view = new DataView(new ArrayBuffer(8));
  let units = 0n;
  for (const value of values) {
    view.setFloat64(0, value);
    const bits = view.getBigUint64(0);
    const exponent = (bits >> 52n) & 0x7ffn;
    const fraction = bits & 0xfffffffffffffn;
    const significand = exponent === 0n ? fraction : fraction | 0x10000000000000n;
    units += significand << (exponent === 0n ? 0n : exponent - 1n);
  }
  return nearest(units);
}

/** `units * 2^-1074`, to the nearest double, ties to even. */
function nearest(units: bigint): number {
  const bits = units.toString(2).length;
  if (bits <= 53) return scaled(Number(units), 0);
  const shift = BigInt(bits - 54);
  const cut = units >> shift;
  const sticky = cut << shift === units ? 0n : 1n;
  // 54 bits, and whether there is more behind them: what Number() rounds rightly.
  return scaled(Number((cut << 1n) | sticky), Number(shift) - 1);
}

function scaled(value: number, shift: number): number {
  return value * 2 ** (shift - 1074 + 600) * 2 ** -600;
}
