import { chunkFolder, type TimeChunk } from './time-chunk.ts';

/** Every key that Hourmill writes, in one place (DESIGN.md section 8). */

/** Folder of the files of one run, ending in `/`. */
export function runPrefix(pipeline: string, chunk: TimeChunk, runId: string): string {
  return `${pipeline}/hours/${chunkFolder(chunk)}/${runId}/`;
}

/** Folder of an hour's ledger entries, ending in `/`. */
export function ledgerPrefix(pipeline: string, chunk: TimeChunk): string {
  return `${pipeline}/ledger/${chunkFolder(chunk)}/`;
}

export function ledgerKey(pipeline: string, chunk: TimeChunk, sequence: number): string {
  return `${ledgerPrefix(pipeline, chunk)}${String(sequence).padStart(6, '0')}.json`;
}

export function partKey(prefix: string, index: number): string {
  return `${prefix}part-${String(index).padStart(5, '0')}.parquet`;
}

export const MANIFEST_FILE = 'manifest.json';
export const REJECTS_FILE = 'rejects.ndjson.gz';
