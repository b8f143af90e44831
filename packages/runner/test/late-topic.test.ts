import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readManifest } from '../src/index.ts';
import { LateTopic, type Message, nameOf } from './late-topic.ts';
import { hourAt } from './late-world.ts';

const message = (at: number, hour: number, id: string, v = 1): Message => ({ at, event: { hour, id, v } });

describe('messages that come late', () => {
  test('are merged into their hour under their offsets; the topic is not asked', async () => {
    const topic = new LateTopic();
    topic.partitions[0]?.push(message(0.5, 0, 'a1'), message(3.5, 0, 'a2', 7), message(3.6, 3, 'c1'));
    await topic.run(0);
    expect(await topic.run(3)).toMatchObject({ late: { [nameOf(0)]: 1 }, counts: { kept: 1, stray: 1 } });
    topic.isGone = true;
    const { lists } = topic;
    expect(await topic.late(0)).toMatchObject({ reason: 'merged 1 late row(s)', counts: { kept: 2 }, generation: 1 });
    expect(topic.lists).toBe(lists);
    expect(topic.served(0)).toBe('2/8');
    expect(await topic.run(0)).toMatchObject({ unchanged: true });
  });

  test.each([0, 1])(
    'inside the range of their own hour are not kept, also where hour %i is built first',
    async (first) => {
      const topic = new LateTopic();
      topic.partitions[0]?.push(message(0.5, 0, 'a1'), message(1.2, 0, 'a2'), message(1.3, 1, 'b1'));
      for (const hour of [first, 1 - first]) await topic.run(hour);
      expect([...topic.objects.keys()].filter((key) => key.startsWith('p/late/'))).toEqual([]);
      expect([topic.served(0), topic.served(1)]).toEqual(['2/2', '1/1']);
    },
  );

  test('of an hour that was never built are taken in by its first run, as a generation of their own', async () => {
    const topic = new LateTopic();
    topic.partitions[0]?.push(message(0.5, 0, 'a1'), message(3.5, 0, 'a2', 5));
    await topic.run(3);
    expect(await topic.run(0)).toMatchObject({ generation: 1, counts: { kept: 2 } });
    const { ledger, store } = topic.context();
    const entry = (await ledger.history(hourAt(0))).at(-1);
    if (entry === undefined) return expect.fail('nothing was built');
    const { manifest } = await readManifest(store, entry);
    expect(manifest.generations).toMatchObject([{ late: [] }, { splits: [], late: [{ rows: 1 }] }]);
  });

  test('of a range that grew over them count once: the hour has read them itself', async () => {
    const topic = new LateTopic();
    topic.partitions[0]?.push(message(0.5, 0, 'a1'), message(3.5, 0, 'a2', 7), message(3.6, 3, 'c1'));
    await topic.run(0);
    await topic.run(3);
    // The log in another order: the late message lies before the end of its hour now.
    topic.partitions[0]?.splice(1, 1, message(1.1, 0, 'a2', 7));
    expect(await topic.run(0, { force: true })).toMatchObject({ counts: { kept: 2 } });
    expect(topic.served(0)).toBe('2/8');
    expect(await topic.late(0)).toMatchObject({ unchanged: true });
    expect(topic.served(0)).toBe('2/8');
  });

  test('cannot be merged with keep: last, and where the offsets are gone it says so and changes nothing', async () => {
    const topic = new LateTopic('deduplicate: { key: [id], keep: last }');
    topic.partitions[0]?.push(message(0.5, 0, 'a1'), message(3.5, 0, 'a1', 7));
    await topic.run(0);
    await topic.run(3);
    topic.isGone = true;
    await expect(topic.late(0)).rejects.toMatchObject({ code: 'HM_RUN_008' });
    expect(topic.served(0)).toBe('1/1');
    topic.isGone = false;
    expect(await topic.late(0)).toMatchObject({ reason: expect.stringContaining('keep: last') });
    expect(topic.served(0)).toBe('1/7');
  });
});

/** When all hours are built and merged, each message counts once in its hour, whatever the order. */
describe.each([
  ['without a key', ''],
  ['the first of each key', 'deduplicate: { key: [id] }'],
])('%s', (_, deduplicate) => {
  const HOURS = [0, 1, 2, 3];
  const messages = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 43 }).map((tenths) => tenths / 10),
      partition: fc.constantFrom(0, 1),
      lateBy: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    }),
    { minLength: 4, maxLength: 30 },
  );
  const steps = fc.array(fc.tuple(fc.constantFrom('run', 'force', 'late'), fc.constantFrom(...HOURS)), {
    maxLength: 14,
  });

  test('after any order of runs, rebuilds and merges', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(messages, steps, async (given, order) => {
        const topic = new LateTopic(deduplicate);
        const sent = given.toSorted((a, b) => a.at - b.at);
        for (const { at, partition, lateBy, id } of sent) {
          const hour = Math.min(3, Math.floor(at)) - lateBy;
          topic.partitions[partition]?.push(message(at, hour, id));
        }
        for (const [kind, hour] of order) {
          if (kind === 'late') await topic.late(hour).catch(ignoreNeverBuilt);
          else await topic.run(hour, { force: kind === 'force', allowEmpty: true, allowShrink: true, reason: 'test' });
        }
        for (const hour of HOURS) await topic.run(hour);
        for (const hour of HOURS) await topic.late(hour);
        const all = topic.partitions.flat().map(({ event }) => event);
        for (const hour of HOURS) {
          const ids = all.filter((event) => event.hour === hour).map(({ id }) => id);
          const expected = deduplicate === '' ? ids.length : new Set(ids).size;
          expect(topic.served(hour), `hour ${hour}`).toBe(expected === 0 ? '0/0' : `${expected}/${expected}`);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function ignoreNeverBuilt(error: unknown): void {
  if ((error as { code?: string }).code !== 'HM_RUN_004') throw error;
}
