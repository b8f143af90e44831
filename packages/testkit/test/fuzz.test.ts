import { chunkAt, type StageOneRequest } from '@hourmill/core';
import { fileSource } from '@hourmill/objects';
import { type Program, parseFilter } from '@hourmill/pipeline';
import { createReferenceEngine } from '@hourmill/reference';
import {
  buildFiles,
  compareEngines,
  type EngineUnderTest,
  fuzzCase,
  fuzzEngines,
  inputFile,
  PLAIN_PROGRAM,
  TEST_HOUR,
} from '@hourmill/testkit';
import { expect, test } from 'vitest';
import { outcomeOf } from '../src/engines/first-difference.ts';

const reference: EngineUnderTest = {
  create: createReferenceEngine,
  source: (paths) => fileSource({ paths, window: { hoursBefore: 0, hoursAfter: 0 } }),
};

/** An engine with a fault: what it does is right for another program. */
function faulty(change: (program: Program) => Program): EngineUnderTest {
  return {
    ...reference,
    create: (settings) => createReferenceEngine({ ...settings, program: change(settings.program) }),
  };
}

test('a case is the same for the same seed', () => {
  expect(fuzzCase(7, 50)).toEqual(fuzzCase(7, 50));
  expect(fuzzCase(7, 50)).not.toEqual(fuzzCase(8, 50));
});

test('cases reach every outcome and every reason, and most records can be used', async () => {
  const reached: Record<string, number> = {};
  for (let seed = 1; seed <= 60; seed++) {
    const { program, chunk, maxRecordBytes, files } = fuzzCase(seed, 150);
    const input = { program, chunk, limits: { maxRecordBytes }, files: files.map(inputFile) };
    const outcome = await outcomeOf(buildFiles(reference, input));
    const { counts, rejectReasons } =
      'failure' in outcome ? { counts: {}, rejectReasons: { [outcome.failure]: 1 } } : outcome.built.result;
    for (const [name, count] of Object.entries({ ...counts, ...rejectReasons })) {
      reached[name] = (reached[name] ?? 0) + count;
    }
  }
  const { read = 0, rejected = 0, ...others } = reached;
  expect(rejected / read).toBeLessThan(0.25);
  expect(Object.keys(others).sort()).toEqual(
    expect.arrayContaining([
      ...['duplicate', 'filtered', 'kept', 'stray'],
      ...['001', '002', '003', '004', '005', '006', '007', '008'].map((number) => `HM_EVENT_${number}`),
    ]) as string[],
  );
});

test('an engine agrees with itself', async () => {
  const options = { seed: 1, records: 2000, recordsOfCase: 100, oracle: reference, subject: () => reference };
  expect(await fuzzEngines(options)).toBeNull();
});

test('a fault that one line in thousands brings to light is found, and that line is what is left', async () => {
  const lines = Array.from({ length: 3000 }, (_, index) => {
    return `{"ts":"2026-11-22T10:00:00Z","x":${index === 1234 ? 99 : index % 7}}\n`;
  });
  const files = [
    { compression: 'none', lines: lines.slice(0, 1000) },
    { compression: 'gzip', lines: lines.slice(1000) },
  ] as const;
  const fuzz = { ...fuzzCase(1, 1), chunk: chunkAt(Date.parse(TEST_HOUR), 'hour'), program: PLAIN_PROGRAM, files };
  const subject = faulty((program) => ({ ...program, filter: parseFilter('x != 99') }));
  const report = await compareEngines(fuzz, { oracle: reference, subject });
  expect(report?.split('\n').slice(2, 5)).toEqual([
    'file 0 (none), 0 lines:',
    'file 1 (gzip), 1 lines:',
    '  "{\\"ts\\":\\"2026-11-22T10:00:00Z\\",\\"x\\":99}\\n"',
  ]);
});

/** An engine with a fault in what late data needs: it works, but for another request. */
function faultyRequest(change: (request: StageOneRequest) => Partial<StageOneRequest>): EngineUnderTest {
  return {
    ...reference,
    create: (settings) => {
      const engine = createReferenceEngine(settings);
      return { ...engine, build: (request) => engine.build({ ...request, ...change(request) }) };
    },
  };
}

test.each<[string, RegExp, (request: StageOneRequest) => Partial<StageOneRequest>]>([
  ['knows no keys', /counts|identity/, () => ({ known: { keys: 0, read: async function* () {} } })],
  ['writes no fingerprints', /fingerprints/, () => ({ sidecars: { fingerprints: false, accumulators: true } })],
  ['writes no exact sums', /fails/, () => ({ sidecars: { fingerprints: true, accumulators: false } })],
  [
    'keeps late rows of its own hour',
    /late rows/,
    ({ plan }) => ({ plan: { ...plan, late: { fromMs: plan.late?.fromMs ?? 0, own: [] } } }),
  ],
])('an engine that %s is found out', async (_, difference, change) => {
  const options = {
    seed: 1,
    records: 5000,
    recordsOfCase: 100,
    oracle: reference,
    subject: () => faultyRequest(change),
  };
  expect(await fuzzEngines(options)).toMatch(difference);
});
