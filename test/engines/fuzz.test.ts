import { createReferenceEngine } from '@hourmill/reference';
import { type EngineUnderTest, fuzzEngines } from '@hourmill/testkit';
import { expect, test } from 'vitest';
import { localEngine } from '../../packages/engine/test/support/local-engine.ts';

/** HOURMILL_FUZZ_SEED: the seed of a case that failed, or a start for others. HOURMILL_FUZZ_RECORDS: how many records. */
const SEED = Number(process.env['HOURMILL_FUZZ_SEED'] ?? 1);
const RECORDS = Number(process.env['HOURMILL_FUZZ_RECORDS'] ?? 200_000);

const oracle: EngineUnderTest = { create: createReferenceEngine, source: localEngine().source };

test('random hours come out of the local engine as out of the reference engine', async () => {
  const difference = await fuzzEngines({
    seed: SEED,
    records: RECORDS,
    oracle,
    subject: ({ workers, ...tuning }) => localEngine({ workers, tuning }),
  });
  if (difference !== null) expect.fail(difference);
}, 600_000);
