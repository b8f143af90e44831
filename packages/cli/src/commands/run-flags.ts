import { HourmillError } from '@hourmill/core';
import type { RunOptions } from '@hourmill/runner';
import type { PipelineOptions } from '../compose.ts';
import { progressLine, runProgress } from '../output/progress.ts';
import { parseDurationFlag } from '../overrides.ts';

/** The flags that `run` and `backfill` share, as commander gives them. */
export interface RunFlags extends PipelineOptions {
  readonly force?: boolean;
  /** False with `--no-index`. */
  readonly index: boolean;
  readonly allowShrink?: boolean;
  readonly acceptLoss?: boolean;
  readonly lease: string;
  readonly json?: boolean;
}

export function runOptions(flags: RunFlags, signal: AbortSignal): RunOptions & { clearProgress: () => void } {
  const line = progressLine();
  return {
    force: flags.force ?? false,
    noIndex: !flags.index,
    allowShrink: flags.allowShrink ?? false,
    acceptLoss: flags.acceptLoss ?? false,
    leaseMs: parseDurationFlag('--lease', flags.lease),
    signal,
    onProgress: runProgress(line),
    clearProgress: () => line.clear(),
  };
}

/** @throws HM_USAGE_001 unless the text is a whole number of at least `min` */
export function wholeNumber(flag: string, text: string, min: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= min) return value;
  throw new HourmillError('HM_USAGE_001', `${flag} takes a whole number of at least ${min}, not "${text}"`);
}
