import type { Clock, ObjectSource, ObjectStore } from '@hourmill/core';
import type { Process } from './process.ts';

/** What is counted as an effect: each call of a port, or each call below the adapters: of the system, or a request. */
export type Level = 'ports' | 'calls';

/** Every object of a store. */
export type Objects = ReadonlyMap<string, Uint8Array>;

/** Where input and results lie, outside of any process. What it holds is gone once it is disposed of. */
export interface Place extends AsyncDisposable {
  /** Undisturbed. */
  readonly store: ObjectStore;
  readonly source: ObjectSource;
  /** Store and source as one process sees them whose calls are effects. It is closed when the process ends. */
  open(process: Process, clock: Clock): Promise<OpenPlace>;
  /** Adds a file of input, or replaces it. */
  write(name: string, lines: readonly string[]): Promise<void>;
}

export interface OpenPlace extends AsyncDisposable {
  readonly store: ObjectStore;
  readonly source: ObjectSource;
}

/** A kind of store, with places of its own for each case. */
export interface Places extends AsyncDisposable {
  /** `files` or `S3`. */
  readonly name: string;
  /** A new place whose store holds these objects. Input is shared by all places of a `world`, by name. */
  place(world: string, objects: Objects): Promise<Place>;
}

export async function objectsOf(store: ObjectStore): Promise<Objects> {
  const objects = new Map<string, Uint8Array>();
  for await (const { key } of store.list('')) objects.set(key, await store.get(key));
  return objects;
}
