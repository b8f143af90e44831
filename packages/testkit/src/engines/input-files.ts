import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Compression } from '@hourmill/core';

/** A file of events: text or bytes, or bytes that are compressed already. */
export type InputFile = string | Uint8Array | { readonly bytes: Uint8Array; readonly compression: Compression };

const ENDINGS = { none: '', gzip: '.gz', zstd: '.zst' } as const;

/** The name of the file at this place of the plan. */
function inputName(ordinal: number, compression: Compression = 'none'): string {
  return `${String(ordinal).padStart(3, '0')}.json${ENDINGS[compression]}`;
}

/** Writes files to a folder of their own, which is there while `use` works. It gets their absolute paths, in order. */
export async function withInputFiles<T>(
  files: readonly InputFile[],
  use: (paths: readonly string[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'hourmill-input-'));
  try {
    const paths: string[] = [];
    for (const [ordinal, file] of files.entries()) {
      const isPlain = typeof file === 'string' || file instanceof Uint8Array;
      const path = join(folder, inputName(ordinal, isPlain ? 'none' : file.compression));
      await writeFile(path, isPlain ? file : file.bytes);
      paths.push(path);
    }
    return await use(paths);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
