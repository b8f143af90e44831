import { isUtf8 } from 'node:buffer';
import { type BuildOptions, buildPaths } from '../engines/build.ts';
import type { EngineUnderTest } from '../engines/engine-under-test.ts';
import { firstDifference, outcomeOf } from '../engines/first-difference.ts';
import { withInputFiles } from '../engines/input-files.ts';
import { knownKeys } from '../engines/record-oracle.ts';
import { type FuzzCase, type FuzzFile, inputFile } from './fuzz-case.ts';
import { shrink } from './shrink.ts';

export interface ComparedEngines {
  readonly oracle: EngineUnderTest;
  readonly subject: EngineUnderTest;
}

/** Where the engines' outcomes of a case first differ; null where they agree. An error without a code is a difference too. */
export async function differenceIn(fuzz: FuzzCase, engines: ComparedEngines): Promise<string | null> {
  const { oracle, subject } = engines;
  return withInputFiles(fuzz.files.map(inputFile), async (paths) => {
    const options = await optionsOf(fuzz, paths, engines);
    const expected = await outcomeOf(buildPaths(oracle, paths, options));
    try {
      return firstDifference(expected, await outcomeOf(buildPaths(subject, paths, options)));
    } catch (error) {
      return `the subject fails: ${error instanceof Error ? error.stack : String(error)}`;
    }
  });
}

/** Which keys are known is found out by a build of its own. */
async function optionsOf(
  { program, chunk, maxRecordBytes, lateRules, knownEvery }: FuzzCase,
  paths: readonly string[],
  { oracle }: ComparedEngines,
): Promise<BuildOptions> {
  const sidecars = { fingerprints: true, accumulators: true };
  const options = { program, chunk, limits: { maxRecordBytes }, sidecars, late: { rules: lateRules } };
  if (knownEvery === null || program.deduplicate === null) return options;
  const first = await outcomeOf(buildPaths(oracle, paths, options));
  if ('failure' in first) return options;
  const all = first.built.fingerprints ?? [];
  return { ...options, known: knownKeys(all.filter((_, index) => index % knownEvery === 0)) };
}

/**
 * Builds a case with both engines. Where they differ, it looks for the fewest lines that still make them differ.
 * @returns null, or all that is needed to look at the difference: the seed, the program and the lines
 */
export async function compareEngines(fuzz: FuzzCase, engines: ComparedEngines): Promise<string | null> {
  const difference = await differenceIn(fuzz, engines);
  if (difference === null) return null;
  const smallest = await shrink(
    fuzz.files,
    async (files) => (await differenceIn({ ...fuzz, files }, engines)) !== null,
  );
  const remaining = await differenceIn({ ...fuzz, files: smallest }, engines);
  const { seed, sizes, maxRecordBytes, chunk, program } = fuzz;
  return [
    `seed ${seed}: ${difference}`,
    `with fewer lines: ${remaining ?? 'it did not happen again'}`,
    ...smallest.map(fileText),
    `sizes ${JSON.stringify({ ...sizes, maxRecordBytes })}, ${chunk.granularity} ${new Date(chunk.startMs).toISOString()}`,
    `program ${JSON.stringify(program)}`,
  ].join('\n');
}

function fileText({ compression, lines }: FuzzFile, ordinal: number): string {
  const shown = lines.slice(0, 20).map((line) => {
    const bytes = Buffer.from(line as string);
    return `  ${isUtf8(bytes) ? JSON.stringify(bytes.toString('utf8')) : `latin1 ${JSON.stringify(bytes.toString('latin1'))}`}`;
  });
  return [`file ${ordinal} (${compression}), ${lines.length} lines:`, ...shown].join('\n');
}
