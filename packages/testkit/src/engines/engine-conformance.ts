import { describe } from 'vitest';
import { buildFiles } from './build.ts';
import { deduplicationSuite } from './conformance/deduplication.ts';
import { goldenSuite } from './conformance/golden.ts';
import { jsonTextsSuite } from './conformance/json-texts.ts';
import { judgementSuite } from './conformance/judgement.ts';
import { knownKeysSuite } from './conformance/known-keys.ts';
import { lateRowsSuite } from './conformance/late-rows.ts';
import { partsSuite } from './conformance/parts.ts';
import { propertiesSuite } from './conformance/properties.ts';
import { recordsSuite } from './conformance/records.ts';
import { rejectsSuite } from './conformance/rejects.ts';
import { rollUpSuite } from './conformance/roll-up.ts';
import { runSuite } from './conformance/run.ts';
import { sidecarsSuite } from './conformance/sidecars.ts';
import { straysSuite } from './conformance/strays.ts';
import type { Build } from './conformance/suite.ts';
import { valuesSuite } from './conformance/values.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

export interface ConformanceOptions {
  /** Cases for each property; some run the engine several times. Default: 60. */
  readonly propertyRuns?: number;
  /**
   * Whether single records are looked at too: lines, JSON, values, filters. Not needed for each number of threads of an engine.
   * Default: true.
   */
  readonly singleRecords?: boolean;
}

/** Declares the tests that hold every engine to the promises of its port and to the meaning of records. */
export function engineConformance(name: string, engine: EngineUnderTest, options: ConformanceOptions = {}): void {
  describe(`${name} keeps the promises of an engine`, () => {
    const build: Build = (input) => buildFiles(engine, input);
    if (options.singleRecords ?? true) {
      judgementSuite(build);
      recordsSuite(build);
      jsonTextsSuite(build);
      valuesSuite(build);
    }
    deduplicationSuite(build);
    rollUpSuite(build);
    partsSuite(build);
    rejectsSuite(build);
    straysSuite(build);
    runSuite(build);
    goldenSuite(build);
    const runs = options.propertyRuns ?? 60;
    propertiesSuite(build, runs);
    knownKeysSuite(build, Math.ceil(runs / 2));
    sidecarsSuite(build, Math.ceil(runs / 2));
    lateRowsSuite(build, Math.ceil(runs / 2));
  });
}
