import type { Millis } from '../time-chunk.ts';

export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedMs: Millis;
}

/** A temporary file, or an upload that was never completed. */
export interface Leftover {
  /** For people. */
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: Millis;
  /** A writer that is still at work fails. One that is not there any more is no error. */
  remove(signal?: AbortSignal): Promise<void>;
}

/** Where Druid finds an object: the fields of its input sources `local` and `s3`. */
export type ObjectLocation =
  | { readonly type: 'local'; readonly path: string }
  | { readonly type: 's3'; readonly bucket: string; readonly path: string };

/**
 * Whole objects under keys: where parts, manifests and the ledger live. Keys are relative, `/` between folders; no key
 * may be the prefix of another key plus `/`. Failures are HM_STORE_*; calls may be repeated.
 * Every implementation passes `objectStoreConformance` of testkit.
 */
export interface ObjectStore {
  /** `file:///path` or `s3://bucket/prefix`, for people and reports. */
  readonly uri: string;
  /**
   * Creates an object unless the key exists; of any number of callers at once exactly one gets `created`. Durable on
   * return. A caller whose answer was lost may get `exists` for its own object: read it and compare.
   */
  create(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<'created' | 'exists'>;
  /** Writes or replaces an object as a whole: readers see the old or the new bytes, never a mixture. Durable on return. */
  put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /** @throws HM_STORE_003 when there is no such object */
  get(key: string, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * The bytes `[from, to)` of an object, fewer where it ends before.
   * @throws HM_STORE_003 when there is no such object
   */
  getRange(key: string, from: number, to: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** The objects whose key begins with `prefix`, by key in UTF-8 byte order. An unknown prefix has none. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<ObjectInfo>;
  /** Removes an object; one that is not there is no error. */
  delete(key: string, signal?: AbortSignal): Promise<void>;
  /**
   * What writes below the prefix that were cut off have left behind: listings do not show it, and nobody needs it once its writer is gone.
   * Absent: a store where nothing is left.
   */
  leftovers?(prefix: string, signal?: AbortSignal): AsyncIterable<Leftover>;
  /** The time by the store's own clock, in milliseconds since the epoch, to within a second: the judge of leases. */
  now(signal?: AbortSignal): Promise<Millis>;
  locate(key: string): ObjectLocation;
}
