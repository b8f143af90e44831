import { createMerger } from '@hourmill/rollup';
import { rollUpMergerConformance } from '@hourmill/testkit';
import { localEngine } from '../../packages/engine/test/support/local-engine.ts';
import { referenceEngine } from '../../packages/reference/test/support/reference-engine.ts';

rollUpMergerConformance(
  'the merger, of what the local engine built',
  { create: createMerger, engine: localEngine({ workers: 1 }) },
  { propertyRuns: 10 },
);
// Its parts are written by another library: arrow-rs.
rollUpMergerConformance('the merger, of what the reference engine built', {
  create: createMerger,
  engine: referenceEngine(),
});
