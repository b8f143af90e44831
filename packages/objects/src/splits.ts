import type { Compression, Loss, ObjectListing, ObjectSplit } from '@hourmill/core';
import { compareUtf8 } from './utf8-order.ts';

/** One file or object that a listing found, before it has its place in the order. */
export interface FoundObject {
  /** `file:` URL or `s3://bucket/key`. */
  readonly id: string;
  /** What the order goes by: the path or the key. */
  readonly path: string;
  readonly bytes: number;
  readonly etag: string;
}

/** How bytes are compressed, by the ending of their name alone: `.gz`, `.gzip`, `.zst`, `.zstd`, in any case. */
function compressionOf(path: string): Compression {
  if (/\.gz(ip)?$/i.test(path)) return 'gzip';
  return /\.zstd?$/i.test(path) ? 'zstd' : 'none';
}

/**
 * The listing of what was found for each entry of a definition, in the definition's order: within an entry by path in
 * UTF-8 bytes, and what was found twice stands at its first place (DESIGN.md section 4.3).
 */
export function toListing(entries: readonly (readonly FoundObject[])[], losses: readonly Loss[]): ObjectListing {
  const inOrder = entries.flatMap((found) => found.toSorted((a, b) => compareUtf8(a.path, b.path)));
  const distinct = new Map<string, FoundObject>();
  for (const object of inOrder) if (!distinct.has(object.id)) distinct.set(object.id, object);
  const splits = [...distinct.values()].map(({ id, path, bytes, etag }, ordinal): ObjectSplit => {
    return { type: 'object', ordinal, id, bytes, etag, compression: compressionOf(path) };
  });
  return { splits, losses };
}
