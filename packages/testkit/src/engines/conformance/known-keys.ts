import { chunkAt } from '@hourmill/core';
import { collisionBound } from '@hourmill/record';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileEvent, hostileProgram } from '../../events/hostile-events.ts';
import { at, dimension, lines, PLAIN_PROGRAM, TEST_HOUR } from '../event-texts.ts';
import { keptRecords, knownKeys } from '../record-oracle.ts';
import type { Build } from './suite.ts';

const CHUNK = chunkAt(Date.parse(TEST_HOUR), 'hour');
const FINGERPRINTS = { fingerprints: true, accumulators: false };

/** Keys that are seen before the first record. */
export function knownKeysSuite(build: Build, runs: number): void {
  describe('known keys', () => {
    const program = { dimensions: [dimension('v')], deduplicate: { key: [['id']], keep: 'first' as const } };
    const event = (id: number, v = String(id)) => at(id % 60, { id, v });
    const fingerprintsOf = async (...ids: number[]): Promise<readonly string[]> => {
      const files = [lines(...ids.map((id) => event(id)))];
      return (await build({ program, files, sidecars: FINGERPRINTS })).fingerprints ?? [];
    };

    test.each(['first', 'last'] as const)(
      'make duplicates, also with keep: %s, and are no keys of this build',
      async (keep) => {
        const known = knownKeys(await fingerprintsOf(1, 3, 99));
        const files = [lines(event(1), event(2), event(3)), lines(event(2, 'again'), event(1))];
        const { result, rows, fingerprints } = await build({
          program: { ...program, deduplicate: { key: [['id']], keep } },
          files,
          known,
          sidecars: FINGERPRINTS,
        });
        expect(rows.map(({ v }) => v)).toEqual([keep === 'first' ? '2' : 'again']);
        const counts = [
          { kept: 1, duplicate: 2 },
          { kept: 0, duplicate: 2 },
        ];
        if (keep === 'last') counts.splice(0, 2, { kept: 0, duplicate: 3 }, { kept: 1, duplicate: 1 });
        expect(result.splits.map(({ counts }) => counts)).toMatchObject(counts);
        expect(result.identity).toEqual({ algorithm: 'hm1', keys: 1, known: 3, collisionBound: collisionBound(4) });
        expect(fingerprints).toEqual(await fingerprintsOf(2));
      },
    );

    test('that are all there is leave no row, and none changes nothing but the identity', async () => {
      const all = await build({
        program,
        files: [lines(event(1))],
        known: knownKeys(await fingerprintsOf(1)),
        sidecars: FINGERPRINTS,
      });
      expect(all.result).toMatchObject({
        groups: 0,
        parts: [],
        sidecars: [],
        sums: {},
        identity: { keys: 0, known: 1 },
      });
      const none = await build({ program, files: [lines(event(1))], known: knownKeys([]) });
      expect(none.result).toMatchObject({ groups: 1, identity: { keys: 1, known: 0 } });
    });

    test('are of no use to a definition that does not deduplicate', async () => {
      const files = [lines(event(1), event(1))];
      const { result } = await build({
        program: { deduplicate: null },
        files,
        known: knownKeys(await fingerprintsOf(1)),
      });
      expect(result).toMatchObject({ counts: { kept: 2 }, identity: null });
    });

    test('of thousands are each found', async () => {
      const ids = Array.from({ length: 6000 }, (_, index) => index);
      const isKnown = (id: number): boolean => id % 3 === 0 || id > 5500;
      const known = knownKeys(await fingerprintsOf(...ids.filter(isKnown)));
      const { result, fingerprints } = await build({
        program,
        files: [lines(...ids.map((id) => event(id))), lines(...ids.map((id) => event(id)))],
        known,
        sidecars: FINGERPRINTS,
      });
      const fresh = ids.filter((id) => !isKnown(id));
      expect(result.counts).toMatchObject({ kept: fresh.length, duplicate: 12_000 - fresh.length });
      expect(fingerprints).toEqual(await fingerprintsOf(...fresh));
    });

    test('do what the same keys would do before the first record, on hostile input', async () => {
      const texts = fc.array(hostileEvent(), { maxLength: 25 });
      await fc.assert(
        fc.asyncProperty(texts, fc.nat(4), hostileProgram(), async (events, every, variation) => {
          const whole = { ...PLAIN_PROGRAM, ...variation };
          const candidates = keptRecords(whole, CHUNK, events);
          const some = candidates.flatMap(({ fingerprint }, index) =>
            fingerprint !== null && index % (every + 1) === 0 ? [fingerprint] : [],
          );
          const files = [lines(...events)];
          const { result, fingerprints } = await build({
            program: variation,
            files,
            known: knownKeys(some),
            sidecars: FINGERPRINTS,
          });
          const kept = keptRecords(whole, CHUNK, events, new Set(some));
          expect(result.counts.kept).toBe(kept.length);
          const expected = whole.deduplicate === null ? [] : kept.map(({ fingerprint }) => fingerprint).sort();
          expect(fingerprints).toEqual(expected);
        }),
        { numRuns: runs },
      );
    });
  });
}
