import { HeadStart } from '@hourmill/engine';
import { wholeNumber } from './whole-number.ts';

/** The flags of commands that build hours. */
export interface EngineFlags {
  readonly engine?: 'local' | 'reference';
  readonly workers?: string;
}

/** Starts threads and kernel of the local engine; undefined for another one. @throws HM_USAGE_001 */
export function startEngine(flags: EngineFlags): HeadStart | undefined {
  return flags.engine === 'reference' ? undefined : new HeadStart(workersOf(flags));
}

/** @throws HM_USAGE_001 */
export function workersOf({ workers }: EngineFlags): number | undefined {
  return workers === undefined ? undefined : wholeNumber('--workers', workers, 1);
}
