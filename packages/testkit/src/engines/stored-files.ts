import { type PartFile, sha256 } from '@hourmill/core';
import type { Program } from '@hourmill/pipeline';
import { expect } from 'vitest';
import type { MemoryObjectStore } from '../memory-object-store.ts';
import { expectSortedRows, type PartRow, readPart } from './part-rows.ts';

/** The bytes of a file that a result names. Fails unless they are what it says. */
export function bytesOf(
  store: MemoryObjectStore,
  file: { readonly path: string; readonly bytes: number; readonly sha256: string },
): Uint8Array {
  const bytes = store.objects.get(file.path)?.bytes ?? new Uint8Array(0);
  expect({ bytes: bytes.length, sha256: sha256(bytes) }).toEqual({ bytes: file.bytes, sha256: file.sha256 });
  return bytes;
}

/** The rows of all parts. Fails unless they are sorted, and as many as named. */
export async function readRows(
  store: MemoryObjectStore,
  parts: readonly PartFile[],
  program: Program,
): Promise<PartRow[]> {
  const rows: PartRow[] = [];
  for (const part of parts) {
    const partRows = await readPart(bytesOf(store, part));
    expect(partRows).toHaveLength(part.rows);
    for (const row of partRows) rows.push(row);
  }
  expectSortedRows(rows, program);
  return rows;
}
