import type { RunOptions } from '@hourmill/runner';
import type { PipelineOptions } from '../compose.ts';
import { progressLine, progressLines, runProgress } from '../output/progress.ts';
import { parseDurationFlag } from '../overrides.ts';

/** The flags that `run` and `backfill` share, as commander gives them. */
export interface RunFlags extends PipelineOptions {
  readonly force?: boolean;
  /** False with `--no-index`. */
  readonly index: boolean;
  readonly allowShrink?: boolean;
  readonly acceptLoss?: boolean;
  readonly sameInput?: boolean;
  readonly lease: string;
  readonly json?: boolean;
  readonly progress?: 'json';
}

export function runOptions(flags: RunFlags, signal: AbortSignal): RunOptions & { clearProgress: () => void } {
  const line = progressLine();
  return {
    force: flags.force ?? false,
    noIndex: !flags.index,
    allowShrink: flags.allowShrink ?? false,
    acceptLoss: flags.acceptLoss ?? false,
    sameInput: flags.sameInput ?? false,
    leaseMs: parseDurationFlag('--lease', flags.lease),
    signal,
    onProgress: flags.progress === 'json' ? progressLines() : runProgress(line),
    clearProgress: () => line.clear(),
  };
}
