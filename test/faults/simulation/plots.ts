import type { Random } from '@hourmill/testkit';
import type { Variant } from './definition.ts';
import { FAULT_PROFILES } from './faults.ts';
import type { Plot } from './simulate.ts';

/** Several processes at once over few hours, few events, with all that may go wrong. */
export function concurrentPlot(random: Random): Plot {
  return {
    variant: anyVariant(random),
    rates: random.pick(FAULT_PROFILES),
    taskFailureRate: random.pick([0, 0.2]),
    strayRate: 0.3,
    hours: random.pick([1, 1, 2, 3]),
    laterHours: 0,
    commands: random.between(2, 5),
    mostAtOnce: random.between(2, 4),
    changes: random.below(5),
  };
}

function anyVariant(random: Random): Variant {
  const deduplicate = random.pick<Variant['deduplicate']>(['first', 'first', 'last', 'none']);
  return {
    source: random.pick<Variant['source']>(['objects', 'objects', 'topic']),
    deduplicate,
    lookbackHours: deduplicate === 'first' ? random.pick([0, 1, 2]) : 0,
    latenessHours: random.pick([0, 1, 2, 24]),
    dimension: true,
  };
}
