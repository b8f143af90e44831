import { isoMillis, type Leftover, type Millis, type ObjectInfo, type ObjectStore } from '@hourmill/core';
import type { PipelineContext } from '../context.ts';
import type { Garbage, ResolvedGarbageOptions } from './garbage.ts';

/** What is looked for, and where. */
export interface Search extends ResolvedGarbageOptions {
  readonly context: PipelineContext;
  readonly pipeline: string;
  /** Files that were written later are left alone. */
  readonly beforeMs: Millis;
}

/** Files of one reason, with what has to happen before they go. */
export interface Find {
  readonly garbage: Garbage;
  readonly files: readonly Leftover[];
  /** Why they stay after all; null: they may go. */
  readonly spared: string | null;
  /** Makes sure that no run commits these files any more; false: one may, so they stay. */
  release(): Promise<boolean>;
}

/** Nobody can come to need what is found so. */
export const RELEASED = async (): Promise<boolean> => true;

/** An object of the store as something to be removed. */
export function removable(store: ObjectStore, { key, bytes, modifiedMs }: ObjectInfo): Leftover {
  return { name: key, bytes, modifiedMs, remove: (signal) => store.delete(key, signal) };
}

export function garbageOf(kind: Garbage['kind'], path: string, files: readonly Leftover[], why: string): Garbage {
  return {
    kind,
    path,
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    newest: isoMillis(files.reduce((newest, { modifiedMs }) => Math.max(newest, modifiedMs), 0)),
    why,
  };
}
