import type { RunProgress } from '@hourmill/runner';

export interface Rates {
  readonly eventsPerSecond: number;
  readonly bytesPerSecond: number;
}

interface Reading {
  readonly ms: number;
  readonly events: number;
  readonly bytes: number;
}

/** Long enough for a steady number, short enough to show a change. */
const WINDOW_MS = 2000;

/** How fast each hour is scanned, over the last two seconds. */
export class ScanRates {
  readonly #readings = new Map<number, Reading[]>();

  /** Null for other kinds of progress, and as long as there is nothing to compare with. */
  of(event: RunProgress, nowMs: number = performance.now()): Rates | null {
    if (event.kind !== 'scan') return null;
    const { events, bytes } = event.progress;
    const readings = (this.#readings.get(event.chunk.startMs) ?? []).filter(({ ms }) => ms >= nowMs - WINDOW_MS);
    const [first] = readings;
    this.#readings.set(event.chunk.startMs, [...readings, { ms: nowMs, events, bytes }]);
    if (first === undefined || first.ms === nowMs) return null;
    const seconds = (nowMs - first.ms) / 1000;
    return {
      eventsPerSecond: Math.round((events - first.events) / seconds),
      bytesPerSecond: Math.round((bytes - first.bytes) / seconds),
    };
  }
}
