import type { EngineUnderTest } from '../engines/engine-under-test.ts';
import { compareEngines } from './compare-engines.ts';
import { type FuzzSizes, fuzzCase } from './fuzz-case.ts';
import { Random } from './random.ts';

export interface FuzzOptions {
  /** The first case's; the others follow from it. */
  readonly seed: number;
  /** Of all cases together, about. */
  readonly records: number;
  /** Of one case. Default: a few at times, mostly hundreds or thousands. */
  readonly recordsOfCase?: number;
  readonly oracle: EngineUnderTest;
  /** The engine under test with these sizes. */
  readonly subject: (sizes: FuzzSizes) => EngineUnderTest;
}

/**
 * Builds random hours with two engines until so many records were read.
 * @returns the first difference with the seed of its case, or null
 */
export async function fuzzEngines({
  seed,
  records,
  recordsOfCase,
  oracle,
  subject,
}: FuzzOptions): Promise<string | null> {
  let left = records;
  for (let index = 0; left > 0; index++) {
    const caseSeed = seed + index;
    const size = recordsOfCase ?? new Random(~caseSeed).pick([3, 30, 300, 300, 2000, 2000, 6000, 20_000]);
    const fuzz = fuzzCase(caseSeed, size);
    const difference = await compareEngines(fuzz, { oracle, subject: subject(fuzz.sizes) });
    if (difference !== null) return difference;
    left -= Math.max(
      1,
      fuzz.files.reduce((sum, { lines }) => sum + lines.length, 0),
    );
  }
  return null;
}
