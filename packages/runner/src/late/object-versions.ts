import { parseLateKey } from '@hourmill/core';
import { objectOf } from './own-input.ts';

/**
 * Of which version of an object late rows count. Two hours may have read it at different times, and until the first of them is built again the
 * rows of both versions wait: those count that the newest run has met. What run is the newer one is told by the clocks of these runs.
 */
export class ObjectVersions {
  readonly #newest = new Map<string, { readonly source: string; readonly runId: string }>();

  /** @param path of the file that has a row of this source */
  add(source: string, path: string): void {
    const object = objectOf(source);
    if (object === '') return;
    const runId = parseLateKey(path)?.runId ?? '';
    const newest = this.#newest.get(object);
    if (newest === undefined || newest.runId < runId) this.#newest.set(object, { source, runId });
  }

  counts(source: string): boolean {
    const newest = this.#newest.get(objectOf(source));
    return newest === undefined || newest.source === source;
  }

  /** The version of each object that counts by what was added so far. */
  sources(): ReadonlyMap<string, string> {
    return new Map([...this.#newest].map(([object, { source }]) => [object, source]));
  }

  /** The first object of which another version counts now; null when there is none. */
  replacedOf(before: ReadonlyMap<string, string>): string | null {
    for (const source of before.values()) if (!this.counts(source)) return objectOf(source);
    return null;
  }
}
