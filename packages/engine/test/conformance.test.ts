import { engineConformance } from '@hourmill/testkit';
import { localEngine } from './support/local-engine.ts';

engineConformance('the local engine on one thread', localEngine({ workers: 1 }), {
  propertyRuns: 12,
});
