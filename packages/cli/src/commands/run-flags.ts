import type { RunOptions } from '@hourmill/runner';
import type { PipelineOptions } from '../compose.ts';
import { progressLine, progressLines, runProgress } from '../output/progress.ts';
import { parseDurationFlag } from '../overrides.ts';
import { reasonOf, userAndHost } from './reason.ts';

/** The flags that `run` and `backfill` share, as commander gives them. */
export interface RunFlags extends PipelineOptions {
  readonly force?: boolean;
  /** False with `--no-index`. */
  readonly index: boolean;
  readonly allowEmpty?: boolean;
  readonly allowShrink?: boolean;
  readonly allowRejects?: boolean;
  readonly acceptLoss?: boolean;
  readonly reason?: string;
  readonly sameInput?: boolean;
  readonly lease: string;
  readonly json?: boolean;
  readonly progress?: 'json';
}

/** @throws HM_USAGE_001 when a guard is overridden without a reason */
export function runOptions(flags: RunFlags, signal: AbortSignal): RunOptions & { clearProgress: () => void } {
  requireReason(flags);
  const line = progressLine();
  return {
    force: flags.force ?? false,
    noIndex: !flags.index,
    allowEmpty: flags.allowEmpty ?? false,
    allowShrink: flags.allowShrink ?? false,
    allowRejects: flags.allowRejects ?? false,
    acceptLoss: flags.acceptLoss ?? false,
    sameInput: flags.sameInput ?? false,
    ...(flags.reason === undefined ? {} : { reason: flags.reason }),
    by: userAndHost(),
    leaseMs: parseDurationFlag('--lease', flags.lease),
    signal,
    onProgress: flags.progress === 'json' ? progressLines() : runProgress(line),
    clearProgress: () => line.clear(),
  };
}

/** The guards are there because what they let through cannot be undone: who overrides one says why. */
function requireReason(flags: RunFlags): void {
  const given: readonly (readonly [string, boolean | undefined])[] = [
    ['--allow-empty', flags.allowEmpty],
    ['--allow-shrink', flags.allowShrink],
    ['--allow-rejects', flags.allowRejects],
    ['--accept-loss', flags.acceptLoss],
  ];
  const [first] = given.find(([, isSet]) => isSet) ?? [];
  if (first !== undefined) reasonOf(first, flags.reason);
}
