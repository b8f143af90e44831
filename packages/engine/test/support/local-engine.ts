import { createLocalEngine, type LocalEngineOptions } from '@hourmill/engine';
import { fileSource } from '@hourmill/objects';
import type { EngineUnderTest } from '@hourmill/testkit';

/** The engine under test, over local files. */
export function localEngine(
  options: Pick<LocalEngineOptions, 'workers' | 'tuning' | 'onThread' | 'logger'> = {},
): EngineUnderTest {
  return {
    create: (settings) => createLocalEngine({ ...settings, ...options }),
    source: (paths) => fileSource({ paths, window: { hoursBefore: 0, hoursAfter: 0 } }),
  };
}
