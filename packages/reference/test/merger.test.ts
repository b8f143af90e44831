import { createReferenceMerger } from '@hourmill/reference';
import { rollUpMergerConformance } from '@hourmill/testkit';
import { referenceEngine } from './support/reference-engine.ts';

rollUpMergerConformance('the reference merger', { create: createReferenceMerger, engine: referenceEngine() });
