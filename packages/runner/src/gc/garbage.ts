import type { Millis } from '@hourmill/core';

/** Files that nothing needs, taken together as far as they have one reason. */
export interface Garbage {
  readonly kind: 'run' | 'late' | 'doctor' | 'temporary';
  /** The folder of a run; of others the file. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** When the newest of them was written, ISO. */
  readonly newest: string;
  readonly why: string;
}

/** Files that may be garbage, but were left alone. */
export interface Spared {
  readonly path: string;
  readonly files: number;
  readonly why: string;
}

export interface GarbageReport {
  readonly version: 1;
  readonly pipeline: string;
  readonly store: string;
  /** False: only looked for. */
  readonly deleted: boolean;
  /** What was written later than this by the store's clock was not looked at, ISO. */
  readonly before: string;
  readonly files: number;
  readonly bytes: number;
  readonly garbage: readonly Garbage[];
  readonly spared: readonly Spared[];
}

export interface GarbageOptions {
  /** Files that were written later ago than this, by the store's clock, are left alone. Default: a day. */
  readonly graceMs?: number;
  /** Removes it. Default false: only says what there is. */
  readonly remove?: boolean;
  readonly signal?: AbortSignal;
  /** Called with each find, once it is removed where it is to be. */
  readonly onGarbage?: (garbage: Garbage) => void;
}

export interface ResolvedGarbageOptions {
  readonly graceMs: Millis;
  readonly remove: boolean;
  readonly signal: AbortSignal;
  readonly onGarbage: (garbage: Garbage) => void;
}

const GRACE_MS = 24 * 3600_000;

export function resolveGarbageOptions(options: GarbageOptions): ResolvedGarbageOptions {
  return {
    graceMs: options.graceMs ?? GRACE_MS,
    remove: options.remove ?? false,
    signal: options.signal ?? new AbortController().signal,
    onGarbage: options.onGarbage ?? (() => {}),
  };
}
