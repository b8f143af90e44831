import type { Generation, LateReference, Manifest, Plan, TimeChunk } from '@hourmill/core';
import { readLateRows } from '@hourmill/sidecar';
import { definitionOf, type Variant } from './definition.ts';
import { HOUR_MS, isIn, type PlacedEvent, positionOf } from './events.ts';
import type { Input } from './input.ts';
import { digitsOf, hourText, maskOfRows, type Row, rowsOfEvents } from './served-rows.ts';

/** What hours must be, worked out from the events alone. */
export class Model {
  readonly #input: Input;
  readonly #variant: () => Variant;
  readonly #bytesOf: (key: string) => Uint8Array;
  /** The keys that each manifest keeps, by its sha256. */
  readonly #keys = new Map<string, ReadonlySet<string>>();

  constructor(input: Input, variant: () => Variant, bytesOf: (key: string) => Uint8Array) {
    this.#input = input;
    this.#variant = variant;
    this.#bytesOf = bytesOf;
  }

  /** What the parts of a manifest must hold, given the input, the late files and the lookback that it names. */
  ofManifest(manifest: Manifest, sha256: string): string {
    const { plan } = manifest;
    const variant = this.#variantOf(plan);
    const events = this.#ranked(manifest).filter(isIn(plan.chunk));
    const known = this.#knownTo(plan);
    const kept = keptOf(events, variant).filter(({ key }) => !known.has(key));
    this.#keys.set(sha256, new Set(kept.map(({ key }) => key)));
    return hourText(rowsOfEvents(kept, variant.dimension));
  }

  /**
   * How an hour in which nothing is to be done any more differs from what its events make; undefined when it does not. Which one of
   * several duplicates counts is a matter of what came when, and held to the manifest; that one of them does is held to here.
   */
  async inTheEnd(hour: TimeChunk, hours: readonly TimeChunk[], served: readonly Row[]): Promise<string | undefined> {
    const candidates = await this.#candidates(hour, hours);
    const { deduplicate } = this.#variant();
    const known = deduplicate === 'none' ? new Set() : await this.#keptBefore(hour, hours);
    const counted = digitsOf(maskOfRows(served));
    const wrong: string[] = [];
    const groups = Map.groupBy(candidates, (event) => (deduplicate === 'none' ? positionOf(event) : event.key));
    for (const [name, events] of groups) {
      const times = events.reduce((sum, { digit }) => sum + (counted.get(digit) ?? 0), 0);
      const expected = deduplicate !== 'none' && known.has(name) ? 0 : 1;
      if (times !== expected) wrong.push(`${name} counts ${times} times instead of ${expected}`);
      for (const { digit } of events) counted.delete(digit);
    }
    for (const digit of counted.keys()) wrong.push(`event ${digit}, which is not of the hour, counts`);
    return wrong.length === 0 ? undefined : wrong.join(', ');
  }

  /** All events that a manifest has taken in, in the order of their ranks: by generation, objects, then late rows. */
  #ranked(manifest: Manifest): PlacedEvent[] {
    const { plan } = manifest;
    const generations = manifest.generations ?? [];
    const [first] = generations;
    if (first === undefined) return plan.splits.flatMap((split) => this.#input.eventsOf(split));
    const seen = new Set<string>();
    return generations.flatMap((generation) => [
      ...this.#readBy(generation, plan),
      ...(generation.late.length === 0 ? [] : this.#late(generation.late, plan, seen)),
    ]);
  }

  #readBy({ splits, number }: Generation, plan: Plan): PlacedEvent[] {
    const isKafka = plan.ranges !== undefined;
    const own = plan.splits.filter(({ id }) => (isKafka ? number === 0 : splits.includes(id)));
    return own.flatMap((split) => this.#input.eventsOf(split));
  }

  #late(files: readonly LateReference[], plan: Plan, seen: Set<string>): PlacedEvent[] {
    const rows = files.flatMap(({ path }) => readLateRows(this.#bytesOf(path), path));
    const events: PlacedEvent[] = [];
    for (const row of rows) {
      const event = this.#input.eventAt(row.source, row.record);
      if (event === undefined || isInputOf(event, plan) || seen.has(positionOf(event))) continue;
      seen.add(positionOf(event));
      events.push(event);
    }
    return events.sort((a, b) => (a.source === b.source ? a.record - b.record : a.source < b.source ? -1 : 1));
  }

  #knownTo({ lookback = [] }: Plan): Set<string> {
    const manifests = lookback.flatMap(({ manifest }) => manifest ?? []);
    return new Set(manifests.flatMap(({ sha256 }) => [...(this.#keys.get(sha256) ?? [])]));
  }

  /** Of each event that may count in an hour its place; none twice. */
  async #candidates(hour: TimeChunk, hours: readonly TimeChunk[]): Promise<PlacedEvent[]> {
    const own = await this.#input.now(hour);
    const places = new Set(own.map(({ source }) => source));
    const latest = hour.startMs + this.#variant().latenessHours * HOUR_MS;
    const later = hours.filter(({ startMs }) => startMs > hour.startMs && startMs <= latest);
    const met = (await Promise.all(later.map((other) => this.#input.now(other)))).flat();
    const isObjects = this.#variant().source === 'objects';
    const late = met.filter(({ source }) => !(isObjects && places.has(source)));
    const all = new Map([...own, ...late].map((event) => [positionOf(event), event]));
    return [...all.values()].filter(isIn(hour));
  }

  async #keptBefore(hour: TimeChunk, hours: readonly TimeChunk[]): Promise<Set<string>> {
    const { lookbackHours } = this.#variant();
    const earliest = hour.startMs - lookbackHours * HOUR_MS;
    const before = hours.filter(({ startMs }) => startMs >= earliest && startMs < hour.startMs);
    const known = new Set<string>();
    for (const earlier of before) for (const key of await this.#keysOf(earlier, hours)) known.add(key);
    return known;
  }

  async #keysOf(hour: TimeChunk, hours: readonly TimeChunk[]): Promise<string[]> {
    const known = await this.#keptBefore(hour, hours);
    return (await this.#candidates(hour, hours)).map(({ key }) => key).filter((key) => !known.has(key));
  }

  #variantOf({ definitionHash }: Plan): Variant {
    const now = this.#variant();
    const variants = [now, { ...now, dimension: !now.dimension }];
    return variants.find((variant) => definitionOf(variant).definitionHash === definitionHash) ?? now;
  }
}

/** Those that count, of events in the order of their ranks. */
function keptOf(events: readonly PlacedEvent[], { deduplicate }: Variant): PlacedEvent[] {
  if (deduplicate === 'none') return [...events];
  const kept = new Map<string, PlacedEvent>();
  for (const event of events) if (deduplicate === 'last' || !kept.has(event.key)) kept.set(event.key, event);
  return [...kept.values()];
}

/** Whether a plan reads this itself: the object in whichever version, or the offset. */
function isInputOf({ source, record }: PlacedEvent, { splits, ranges = [] }: Plan): boolean {
  const id = source.slice(0, source.lastIndexOf('#'));
  if (splits.some((split) => split.type === 'object' && split.id === id)) return true;
  return ranges.some(
    ({ topicId, partition, startOffset, endOffset }) =>
      source === `kafka:${topicId}/${partition}` && record >= startOffset && record < endOffset,
  );
}
