import {
  type Counts,
  chunkAt,
  type KafkaRange,
  type LateRules,
  type Manifest,
  type Plan,
  type TimeChunk,
} from '@hourmill/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { readManifest, type VerifyOptions, verifyHours } from '../src/index.ts';
import { checkLeftToOthers } from '../src/verify/check-left-to-others.ts';
import { checkTiling } from '../src/verify/check-neighbours.ts';
import { checkNumbers } from '../src/verify/check-numbers.ts';
import { Findings } from '../src/verify/hour-chain.ts';
import { hourAt, LateWorld } from './late-world.ts';

const HOURS = [0, 1, 2].map(hourAt);

/** Three hours, a late row of hour 0 in the input of hour 1, merged into hour 0. */
async function builtWorld(): Promise<LateWorld> {
  const world = new LateWorld({ deduplicate: '{ key: [id] }' });
  world.write(0, 'a', [
    { hour: 0, id: 'a', v: 1 },
    { hour: 0, id: 'b', v: 2 },
  ]);
  world.write(1, 'a', [
    { hour: 1, id: 'c', v: 3 },
    { hour: 0, id: 'd', v: 4 },
  ]);
  world.write(2, 'a', [{ hour: 2, id: 'e', v: 5 }]);
  for (const hour of [0, 1, 2]) await world.run(hour);
  await world.late(0);
  world.passTime();
  return world;
}

async function breaksOf(
  world: LateWorld,
  options: VerifyOptions = {},
): Promise<readonly (readonly [number, string])[]> {
  const chains = await verifyHours(world.context(), HOURS, options);
  return chains.flatMap(({ breaks }, index) => breaks.map(({ kind }) => [index, kind] as const));
}

async function manifestOf(world: LateWorld, hour: TimeChunk): Promise<Manifest> {
  const context = world.context();
  const last = (await context.ledger.history(hour)).at(-1);
  if (last === undefined) throw new Error('the hour was built');
  return (await readManifest(context.store, last)).manifest;
}

let world: LateWorld;
beforeEach(async () => {
  world = await builtWorld();
});

describe('hours that hold', () => {
  test('have no break, merged ones too; every file is compared and Druid asked', async () => {
    const chains = await verifyHours(world.context(), HOURS);
    expect(chains.map(({ state, read, kept, breaks }) => [state, read, kept, breaks])).toEqual([
      ['done', 3, 3, []],
      ['done', 2, 1, []],
      ['done', 1, 1, []],
    ]);
    for (const { files, served } of chains) expect([files > 1, served?.count]).toEqual([true, expect.any(String)]);
    const without = await verifyHours(world.context(), HOURS, { druid: false });
    expect(without.map(({ served, breaks }) => [served, breaks])).toEqual(HOURS.map(() => [null, []]));
  });

  test('may lie at the edge of what was built; a run at work is no break', async () => {
    const chains = await verifyHours(world.context(), [hourAt(-1), ...HOURS, hourAt(3)]);
    expect(chains.map(({ notes }) => notes)).toEqual([['never built'], [], [], [], ['never built']]);
    expect(chains.flatMap(({ breaks }) => breaks)).toEqual([]);
  });
});

describe('a break is found, named with its hour, and the others are verified all the same', () => {
  const harm = (pattern: RegExp, act: (key: string) => void): void => {
    const keys = [...world.objects.keys()].filter((key) => pattern.test(key));
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) act(key);
  };
  const overwrite = (key: string): void => void world.objects.set(key, { bytes: new Uint8Array([1]), modifiedMs: 0 });
  const remove = (key: string): void => void world.objects.delete(key);

  test.each([
    ['a part', /hours\/.*22\/11\/.*part-00000/],
    ['a fingerprints sidecar', /hours\/.*22\/11\/.*\.keys/],
    ['an accumulators sidecar', /hours\/.*22\/11\/.*\.sums/],
  ])('%s has other bytes, or is gone', async (_, pattern) => {
    harm(pattern, overwrite);
    expect(new Set(await breaksOf(world))).toEqual(new Set([[1, 'file']]));
    harm(pattern, remove);
    const [, chain] = await verifyHours(world.context(), HOURS);
    expect(chain?.breaks.at(0)).toMatchObject({ kind: 'file', detail: expect.stringContaining('is gone') });
  });

  test('late rows: in the hour that wrote them and in the one that took them in', async () => {
    harm(/\/late\//, overwrite);
    expect(await breaksOf(world)).toEqual([
      [0, 'file'],
      [1, 'file'],
    ]);
  });

  test('a manifest', async () => {
    harm(/22\/11\/.*manifest\.json/, overwrite);
    expect(await breaksOf(world)).toEqual([[1, 'manifest']]);
    harm(/22\/11\/.*manifest\.json/, remove);
    expect(await breaksOf(world)).toEqual([[1, 'manifest']]);
  });

  test.each([
    ['damaged', overwrite],
    ['missing', remove],
  ])('an entry of the ledger is %s', async (_, act) => {
    harm(/ledger\/.*22\/11\/000002/, act);
    expect(await breaksOf(world)).toEqual([[1, 'ledger']]);
  });

  test('an hour between others was never built', async () => {
    harm(/ledger\/.*22\/11\//, remove);
    expect(await breaksOf(world)).toEqual([[1, 'missing']]);
  });

  test('the last run of an hour failed', async () => {
    world.write(1, 'a', [{ hour: 1, id: 'f', v: 3 }]);
    world.druid.failpoint = { step: 'verify', when: 'before', code: 'HM_DRUID_007' };
    await world.run(1).catch(() => {});
    world.passTime();
    expect(await breaksOf(world)).toContainEqual([1, 'state']);
  });

  test('Druid serves other numbers; not with --no-druid', async () => {
    world.druid.hours.set(hourAt(2).startMs, { taskId: 't', rows: 1, sums: { count: '1', v: '6' } });
    const [, , chain] = await verifyHours(world.context(), HOURS);
    expect(chain?.breaks).toEqual([{ kind: 'druid', detail: 'v: 5 in the manifest, 6 in Druid' }]);
    expect(await breaksOf(world, { druid: false })).toEqual([]);
  });

  test('an object was read by two hours and is input of only one of them by its name', async () => {
    const wide = new LateWorld({ before: 1 });
    for (const hour of [0, 1, 2]) wide.write(hour, 'a', [{ hour, id: `${hour}`, v: 1 }]);
    for (const hour of [0, 1, 2]) await wide.run(hour);
    wide.passTime();
    expect(await breaksOf(wide)).toEqual([]);
    const context = wide.context();
    const inputOf = (chunk: TimeChunk) => (id: string) =>
      wide.inputOf(chunk)(id) && chunk.startMs !== hourAt(1).startMs;
    const source = { list: wide.list.bind(wide), inputOf };
    const chains = await verifyHours({ ...context, source }, HOURS);
    expect(chains.map(({ breaks }) => breaks.map(({ kind }) => kind))).toEqual([[], ['objects'], ['objects']]);
  });
});

describe('numbers of a manifest that do not add up', () => {
  const more = (counts: Counts, name: keyof Counts): Counts => ({ ...counts, [name]: counts[name] + 1 });
  const kindsOf = (manifest: Manifest): readonly string[] => {
    const findings = new Findings();
    checkNumbers(manifest, findings);
    return [...new Set(findings.breaks.map(({ kind }) => kind))];
  };

  test('one count of the hour, of a split or of a generation', async () => {
    const manifest = await manifestOf(world, hourAt(0));
    const { result, generations = [] } = manifest;
    expect(kindsOf(manifest)).toEqual([]);
    expect(generations).toHaveLength(2);
    for (const name of Object.keys(result.counts) as (keyof Counts)[]) {
      expect(kindsOf({ ...manifest, result: { ...result, counts: more(result.counts, name) } })).toContain('counts');
      const splits = result.splits.map((split, index) =>
        index === 0 ? { ...split, counts: more(split.counts, name) } : split,
      );
      expect(kindsOf({ ...manifest, result: { ...result, splits } })).toEqual(['counts']);
      const other = generations.map((it) => (it.number === 1 ? { ...it, counts: more(it.counts, name) } : it));
      expect(kindsOf({ ...manifest, generations: other })).toEqual(['counts']);
    }
  });

  test('the sum of the count metric, rows, keys and exact sums', async () => {
    const manifest = await manifestOf(world, hourAt(0));
    const { result, sidecars } = manifest;
    expect(kindsOf({ ...manifest, result: { ...result, sums: { ...result.sums, count: '4' } } })).toEqual(['sums']);
    expect(kindsOf({ ...manifest, result: { ...result, groups: result.groups + 1 } })).toEqual(['sums']);
    for (const kind of ['fingerprints', 'accumulators'] as const) {
      const [first] = sidecars.filter((file) => file.kind === kind && file.rows > 0);
      const other = sidecars.map((file) => (file === first ? { ...file, rows: file.rows + 1 } : file));
      expect(first).toBeDefined();
      expect(kindsOf({ ...manifest, sidecars: other })).toEqual(['sums']);
    }
  });

  test('offsets that were neither read nor a gap', () => {
    const range = { topic: 't', topicId: 'i', partition: 0, startOffset: 0, endOffset: 2 };
    const counts = { read: 2, kept: 2, duplicate: 0, filtered: 0, stray: 0, rejected: 0 };
    const gaps = { control: 0, aborted: 0, compacted: 0, tombstone: 0, lost: 0 };
    const split = { ...range, type: 'kafka', id: 's' };
    const manifest = (endOffset: number, kafkaEnd = endOffset) =>
      ({
        plan: { ranges: [{ ...range, endOffset }], splits: [{ ...split, endOffset: kafkaEnd }] },
        countMetric: 'count',
        sidecars: [],
        result: { counts, gaps, splits: [{ id: 's', counts, gaps }], sums: { count: '2' }, groups: 0, parts: [] },
      }) as unknown as Manifest;
    expect(kindsOf(manifest(2))).toEqual([]);
    expect(kindsOf(manifest(3))).toEqual(['offsets']);
    expect(kindsOf(manifest(3, 2))).toEqual(['offsets']);
  });
});

describe('hours of a topic', () => {
  const range = (partition: number, startOffset: number, endOffset: number, topicId = 'i'): KafkaRange => ({
    topic: 't',
    topicId,
    partition,
    startOffset,
    endOffset,
  });
  const planOf = (ranges: readonly KafkaRange[], more: Partial<Plan> = {}) =>
    ({ hour: 'H', ranges, losses: [], ...more }) as unknown as Plan;
  const tiling = (before: readonly KafkaRange[], after: readonly KafkaRange[], more?: Partial<Plan>) => {
    const findings = new Findings();
    checkTiling(planOf(before), planOf(after, more), findings);
    return [findings.breaks.map(({ kind }) => kind), findings.notes] as const;
  };

  test('tile; that they overlap is said, and is no break', () => {
    expect(tiling([range(0, 0, 10)], [range(0, 10, 20)])).toEqual([[], []]);
    expect(tiling([range(0, 0, 10), range(1, 0, 5)], [range(0, 8, 20), range(1, 4, 5)])).toEqual([
      [],
      ['overlaps the hour before by 3 offset(s)'],
    ]);
    expect(tiling([range(0, 0, 10)], [range(0, 10, 20), range(1, 0, 7)])).toEqual([[], []]);
  });

  test('with a hole, the order turned round, a partition gone, or a topic made anew are a break', () => {
    expect(tiling([range(0, 0, 10)], [range(0, 11, 20)])[0]).toEqual(['ranges']);
    expect(tiling([range(0, 5, 10)], [range(0, 4, 20)])[0]).toEqual(['ranges']);
    expect(tiling([range(0, 5, 10)], [range(0, 5, 9)])[0]).toEqual(['ranges']);
    expect(tiling([range(0, 0, 10), range(1, 0, 10)], [range(0, 10, 20)])[0]).toEqual(['ranges']);
    expect(tiling([range(0, 0, 10)], [range(0, 10, 20, 'j')])[0]).toEqual(['topic']);
  });

  test('with a hole that was accepted say so', () => {
    const losses = [{ source: 'kafka:t/0', reason: 'gone', code: 'HM_INPUT_006' }] as const;
    expect(tiling([range(0, 0, 10)], [range(0, 11, 20)], { losses })).toEqual([
      [],
      [expect.stringContaining('accepted')],
    ]);
  });

  test('what one left to another must still be in the ranges of that one', async () => {
    const earlier = chunkAt(0, 'hour');
    const late: LateRules = {
      fromMs: 0,
      own: [{ split: 0, fromMs: 0, toMs: earlier.endMs, offsets: { from: 5, to: 8 } }],
    };
    const split = { ...range(0, 5, 20), type: 'kafka' };
    const plan = { chunk: chunkAt(earlier.endMs, 'hour'), splits: [split], late } as unknown as Plan;
    const kinds = async (ranges: readonly KafkaRange[] | null) => {
      const findings = new Findings();
      await checkLeftToOthers(plan, async () => ranges, findings);
      return findings.breaks.map(({ kind }) => kind);
    };
    expect(await kinds([range(1, 0, 4), range(0, 0, 8)])).toEqual([]);
    expect(await kinds([range(0, 0, 7)])).toEqual(['late']);
    expect(await kinds([range(0, 0, 8, 'j')])).toEqual(['late']);
    expect(await kinds([])).toEqual(['late']);
    expect(await kinds(null)).toEqual(['late']);
  });
});
