import type { EngineProgress, IndexProgress, Overrides, TimeChunk } from '@hourmill/core';

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
  /** Publish an hour without events although Druid serves some (HM_GUARD_001). Default false. */
  readonly allowEmpty?: boolean;
  /** Publish an hour that is much smaller than what Druid serves, but not empty (HM_GUARD_002). Default false. */
  readonly allowShrink?: boolean;
  /** Publish an hour of which too many records were rejected (HM_GUARD_003). Default false. */
  readonly allowRejects?: boolean;
  /** Build from what is there although something that the definition names is missing. Default false. */
  readonly acceptLoss?: boolean;
  /** Read what the hour's last manifest names, the same offsets or objects, instead of looking anew. Default false. */
  readonly sameInput?: boolean;
  /** Why something is overridden, for the ledger. The command asks for it with each flag that overrides a guard. Default: none. */
  readonly reason?: string;
  /** Who overrides: user and host. Default: the context's owner. */
  readonly by?: string;
  /** How long the run owns its hour without renewing; it renews at half time. Default 15 minutes. */
  readonly leaseMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
}

export type ResolvedRunOptions = Required<Omit<RunOptions, 'signal' | 'onProgress' | 'reason' | 'by'>> & {
  readonly reason: string | null;
  readonly by: string | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
};

const LEASE_MS = 15 * 60_000;

export function resolveRunOptions(options: RunOptions): ResolvedRunOptions {
  return {
    force: options.force ?? false,
    noIndex: options.noIndex ?? false,
    allowEmpty: options.allowEmpty ?? false,
    allowShrink: options.allowShrink ?? false,
    allowRejects: options.allowRejects ?? false,
    acceptLoss: options.acceptLoss ?? false,
    sameInput: options.sameInput ?? false,
    reason: options.reason ?? null,
    by: options.by ?? null,
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
    ['--allow-empty', options.allowEmpty],
    ['--allow-shrink', options.allowShrink],
    ['--allow-rejects', options.allowRejects],
    ['--accept-loss', options.acceptLoss],
    ['--same-input', options.sameInput],
  ];
  return given.filter(([, set]) => set).map(([flag]) => flag);
}

/** What the ledger says of it, in every entry of the run; undefined when nothing was overridden. */
export function ledgerOverrides(options: ResolvedRunOptions, owner: string): Overrides | undefined {
  // That a run stops before Druid overrides nothing.
  const flags = overridesOf(options).filter((flag) => flag !== '--no-index');
  if (flags.length === 0 && options.reason === null) return undefined;
  return { flags, reason: options.reason, by: options.by ?? owner };
}
