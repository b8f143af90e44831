import { createReferenceEngine } from '@hourmill/reference';
import {
  buildPaths,
  type EngineUnderTest,
  firstDifference,
  fuzzCase,
  inputFile,
  type Outcome,
  outcomeOf,
  withInputFiles,
} from '@hourmill/testkit';
import { expect, test } from 'vitest';
import { fileMessages } from '../../packages/engine/test/support/file-messages.ts';
import { localEngine } from '../../packages/engine/test/support/local-engine.ts';

/** HOURMILL_FUZZ_SEED: the seed of a case that failed, or a start for others. */
const SEED = Number(process.env['HOURMILL_FUZZ_SEED'] ?? 1);
const SIZES = [3, 30, 300, 2000, 6000];
const CASES = 25;

const oracle: EngineUnderTest = { create: createReferenceEngine, source: localEngine().source };

test('random hours come out of messages of Kafka as out of files with the same records', async () => {
  for (let seed = SEED; seed < SEED + CASES; seed++) {
    const { program, chunk, maxRecordBytes, files, sizes } = fuzzCase(seed, SIZES[seed % SIZES.length] ?? 30);
    const options = { program, chunk, limits: { maxRecordBytes } };
    const { workers, ...tuning } = sizes;
    const subject = { ...localEngine({ workers, tuning }), source: fileMessages };
    const difference = await withInputFiles(files.map(inputFile), async (paths) => {
      const expected = await outcomeOf(buildPaths(oracle, paths, options));
      return firstDifference(
        withoutPlaces(expected),
        withoutPlaces(await outcomeOf(buildPaths(subject, paths, options))),
      );
    });
    if (difference !== null) expect.fail(`seed ${seed}: ${difference}`);
  }
}, 600_000);

/** Rejects say where they stood by other words for files and for messages. */
function withoutPlaces(outcome: Outcome): Outcome {
  if (!('built' in outcome)) return outcome;
  const rejects = outcome.built.rejects.map((reject) => {
    const { byteOffset: _byteOffset, partition: _partition, offset: _offset, timestamp: _timestamp, ...rest } = reject;
    return rest;
  });
  return { built: { ...outcome.built, rejects } };
}
