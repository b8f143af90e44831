import { engineConformance } from '@hourmill/testkit';
import { localEngine } from '../../packages/engine/test/support/local-engine.ts';

const small = { rangeBytes: 500, batchRows: 256 };

engineConformance('the local engine on one thread, cut small', localEngine({ workers: 1, tuning: small }), {
  propertyRuns: 12,
});
// Starting threads costs far more than these hours.
engineConformance('the local engine on two threads, cut small', localEngine({ workers: 2, tuning: small }), {
  propertyRuns: 2,
  singleRecords: false,
});
const onDisk = { batchRows: 256, maxKeys: 50, maxGroups: 100 };
engineConformance('the local engine with next to no memory', localEngine({ workers: 1, tuning: onDisk }), {
  propertyRuns: 2,
  singleRecords: false,
});
