import type { EngineProgress, IndexProgress, TimeChunk } from '@hourmill/core';

/** The steps of a run, as DESIGN.md section 5 names them. */
export type RunStep = 'plan' | 'scan' | 'publish' | 'index' | 'verify';

export type RunProgress =
  | { readonly kind: 'step'; readonly chunk: TimeChunk; readonly step: RunStep }
  | { readonly kind: 'scan'; readonly chunk: TimeChunk; readonly progress: EngineProgress }
  | { readonly kind: 'index'; readonly chunk: TimeChunk; readonly progress: IndexProgress };

export interface RunOptions {
  /** Rebuild even if nothing changed. Default false. */
  readonly force?: boolean;
  /** Stop after the manifest. Default false. */
  readonly noIndex?: boolean;
  /** Publish an hour that is empty or much smaller than what Druid serves. Default false. */
  readonly allowShrink?: boolean;
  /** Build from what is there although something that the definition names is missing. Default false. */
  readonly acceptLoss?: boolean;
  /** Read what the hour's last manifest names, the same offsets or objects, instead of looking anew. Default false. */
  readonly sameInput?: boolean;
  /** How long the run owns its hour without renewing; it renews at half time. Default 15 minutes. */
  readonly leaseMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
}

export type ResolvedRunOptions = Required<Omit<RunOptions, 'signal' | 'onProgress'>> & {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
};

const LEASE_MS = 15 * 60_000;

export function resolveRunOptions(options: RunOptions): ResolvedRunOptions {
  return {
    force: options.force ?? false,
    noIndex: options.noIndex ?? false,
    allowShrink: options.allowShrink ?? false,
    acceptLoss: options.acceptLoss ?? false,
    sameInput: options.sameInput ?? false,
    leaseMs: options.leaseMs ?? LEASE_MS,
    signal: options.signal ?? new AbortController().signal,
    onProgress: options.onProgress ?? (() => {}),
  };
}

/** What the person overrode, for the report. */
export function overridesOf(options: ResolvedRunOptions): string[] {
  const given: readonly (readonly [string, boolean])[] = [
    ['--force', options.force],
    ['--no-index', options.noIndex],
    ['--allow-shrink', options.allowShrink],
    ['--accept-loss', options.acceptLoss],
    ['--same-input', options.sameInput],
  ];
  return given.filter(([, set]) => set).map(([flag]) => flag);
}
