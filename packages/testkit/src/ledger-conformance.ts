import {
  chunkAt,
  InvariantError,
  isoMillis,
  type Ledger,
  type LedgerEntry,
  type NewLedgerEntry,
  type SegmentGranularity,
  sha256,
  systemClock,
} from '@hourmill/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** A place for ledgers that holds nothing yet, for one test. */
export interface LedgerUnderTest {
  /** Opens the ledger of a pipeline, each time as another process would. */
  open(pipeline: string): Ledger;
  /** Ends the test: closes sockets, removes folders. */
  dispose?(): Promise<void>;
}

const START_MS = Date.UTC(2026, 10, 22, 10);
const CHUNK = chunkAt(START_MS, 'hour');

/** An entry that may stand first in an hour's history, with all that is of no interest filled in. */
export function newLedgerEntry(changes: Partial<NewLedgerEntry> = {}): NewLedgerEntry {
  return {
    pipeline: 'impressions',
    hour: isoMillis(START_MS),
    runId: 'run-1',
    state: 'planned',
    owner: 'host:1',
    leaseMs: 900_000,
    definitionHash: sha256('definition'),
    listingHash: sha256('listing'),
    manifest: null,
    druid: null,
    report: null,
    error: null,
    reason: null,
    ...changes,
  };
}

/** Declares the tests that hold every Ledger to the promises of its port. `make` is called before each test. */
export function ledgerConformance(name: string, make: () => Promise<LedgerUnderTest>): void {
  describe(`${name} keeps the promises of a ledger`, () => {
    let made: LedgerUnderTest;
    let ledger: Ledger;
    beforeEach(async () => {
      made = await make();
      ledger = made.open('impressions');
    });
    afterEach(() => made.dispose?.());

    async function appendAll(...entries: NewLedgerEntry[]): Promise<LedgerEntry | undefined> {
      let last: LedgerEntry | undefined;
      for (const entry of entries) last = await ledger.append(CHUNK, last, entry);
      return last;
    }

    test('an hour never tried has no history', async () => {
      expect(await ledger.history(CHUNK)).toEqual([]);
    });

    test('entries are numbered from 1, name the entry before, and are there for another process', async () => {
      const first = await ledger.append(CHUNK, undefined, newLedgerEntry());
      const manifest = { path: 'impressions/hours/x/manifest.json', sha256: sha256('m') };
      const second = await ledger.append(CHUNK, first, newLedgerEntry({ state: 'rolled-up', manifest }));
      const third = await ledger.append(CHUNK, second, newLedgerEntry({ state: 'done', manifest, leaseMs: null }));
      expect([first, second, third].map((entry) => entry.sequence)).toEqual([1, 2, 3]);
      expect(first.previous).toBeNull();
      expect(second.previous).toMatch(/^[0-9a-f]{64}$/);
      expect(third.previous).not.toBe(second.previous);
      expect(await made.open('impressions').history(CHUNK)).toEqual([first, second, third]);
    });

    test('leases end by the store’s clock; a closed entry has none', async () => {
      const now = await ledger.now();
      const first = await ledger.append(CHUNK, undefined, newLedgerEntry({ leaseMs: 60_000 }));
      expect(Date.parse(first.at)).toBeGreaterThanOrEqual(now);
      expect(Date.parse(first.leaseUntil ?? '') - Date.parse(first.at)).toBe(60_000);
      const released = await ledger.append(CHUNK, first, newLedgerEntry({ leaseMs: 0 }));
      expect(released.leaseUntil).toBe(released.at);
      const error = { code: 'HM_INPUT_001', message: 'x' } as const;
      const failed = await ledger.append(CHUNK, released, newLedgerEntry({ state: 'failed', leaseMs: null, error }));
      expect(failed.leaseUntil).toBeNull();
      expect(Math.abs((await ledger.now()) - systemClock.now())).toBeLessThan(10_000);
    });

    test('of 20 runs that append at once exactly one wins, the others are told which', async () => {
      const last = await appendAll(newLedgerEntry());
      const runs = Array.from({ length: 20 }, (_, i) => newLedgerEntry({ runId: `racer-${i}` }));
      const outcomes = await Promise.allSettled(
        runs.map((entry) => made.open('impressions').append(CHUNK, last, entry)),
      );
      const winners = outcomes
        .filter((outcome) => outcome.status === 'fulfilled')
        .map((outcome) => outcome.value.runId);
      expect(winners).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') continue;
        expect(outcome.reason).toMatchObject({ code: 'HM_LEDGER_002', context: { winner: winners[0] } });
      }
      const history = await ledger.history(CHUNK);
      expect(history.map((entry) => entry.runId)).toEqual(['run-1', winners[0]]);
    });

    test('an entry of our own that is there already counts as written', async () => {
      const first = await ledger.append(CHUNK, undefined, newLedgerEntry());
      const again = await made.open('impressions').append(CHUNK, undefined, newLedgerEntry());
      expect(again).toEqual(first);
      expect(await ledger.history(CHUNK)).toEqual([first]);
    });

    test('another entry of our own under the same number does not', async () => {
      const first = await ledger.append(CHUNK, undefined, newLedgerEntry());
      await ledger.append(CHUNK, first, newLedgerEntry({ state: 'abandoned', leaseMs: null, reason: 'by hand' }));
      const commit = newLedgerEntry({ state: 'rolled-up', manifest: { path: 'm', sha256: sha256('m') } });
      await expect(ledger.append(CHUNK, first, commit)).rejects.toMatchObject({ code: 'HM_LEDGER_002' });
    });

    test('a run that knows an old entry only cannot write', async () => {
      const first = await ledger.append(CHUNK, undefined, newLedgerEntry());
      await ledger.append(CHUNK, first, newLedgerEntry({ runId: 'run-2' }));
      const zombie = newLedgerEntry({ state: 'rolled-up', manifest: { path: 'm', sha256: sha256('m') } });
      await expect(ledger.append(CHUNK, first, zombie)).rejects.toMatchObject({
        code: 'HM_LEDGER_002',
        context: { winner: 'run-2' },
      });
    });

    test('a change of state that the table does not know is a bug, and writes nothing', async () => {
      await expect(ledger.append(CHUNK, undefined, newLedgerEntry({ state: 'done' }))).rejects.toThrow(InvariantError);
      const first = await appendAll(newLedgerEntry());
      // Only the run itself may go on from `planned`.
      const stranger = newLedgerEntry({ runId: 'run-2', state: 'rolled-up' });
      await expect(ledger.append(CHUNK, first, stranger)).rejects.toThrow(InvariantError);
      expect(await ledger.history(CHUNK)).toEqual([first]);
    });

    test('hours and pipelines have ledgers of their own, also when one name begins with the other', async () => {
      const longer = made.open('impressions-eu');
      const next = chunkAt(CHUNK.endMs, 'hour');
      await ledger.append(CHUNK, undefined, newLedgerEntry());
      await longer.append(
        next,
        undefined,
        newLedgerEntry({ pipeline: 'impressions-eu', hour: isoMillis(next.startMs) }),
      );
      expect(await longer.history(CHUNK)).toEqual([]);
      expect(await ledger.history(next)).toEqual([]);
      expect(await ledger.recorded(0, Date.UTC(2030, 0))).toEqual([CHUNK.startMs]);
      expect(await longer.recorded(0, Date.UTC(2030, 0))).toEqual([next.startMs]);
    });

    test.each<SegmentGranularity>(['hour', 'day', 'five_minute', 'thirty_minute'])(
      'the recorded chunks of a range are found, oldest first: %s',
      async (granularity) => {
        const times = [
          '2026-11-30T23:30',
          '2026-11-22T10:05',
          '2026-11-22T09:59',
          '2025-12-31T23:59',
          '2026-12-01T00:00',
        ];
        const starts = times.map((time) => chunkAt(Date.parse(`${time}Z`), granularity).startMs);
        for (const startMs of starts) {
          const chunk = chunkAt(startMs, granularity);
          const hour = isoMillis(startMs);
          const known = await ledger.history(chunk);
          await ledger.append(chunk, known.at(-1), newLedgerEntry({ hour }));
        }
        const all = [...new Set(starts)].sort((a, b) => a - b);
        expect(await ledger.recorded(Date.UTC(2020, 0), Date.UTC(2030, 0))).toEqual(all);
        for (const [from, to] of [
          ['2026-11-22T10:00Z', '2026-11-22T10:30Z'],
          ['2026-11-22T00:00Z', '2026-12-01T00:00Z'],
          ['2026-12-01T00:00Z', '2026-12-01T00:05Z'],
          ['2026-11-01T00:00Z', '2027-03-01T00:00Z'],
          ['2026-11-22T10:00Z', '2026-11-22T10:00Z'],
        ] as const) {
          const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
          expect(await ledger.recorded(fromMs, toMs)).toEqual(all.filter((ms) => ms >= fromMs && ms < toMs));
        }
      },
    );
  });
}
