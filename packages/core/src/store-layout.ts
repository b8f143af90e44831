import { chunkFolder, parseChunkFolder, type TimeChunk } from './time-chunk.ts';

/** Every key that Hourmill writes, in one place (DESIGN.md section 8). */

/** Folder of the files of one run, ending in `/`. */
export function runPrefix(pipeline: string, chunk: TimeChunk, runId: string): string {
  return `${pipeline}/hours/${chunkFolder(chunk)}/${runId}/`;
}

/** Folder of the files of all runs of a pipeline, ending in `/`. */
export function hoursRoot(pipeline: string): string {
  return `${pipeline}/hours/`;
}

/** The hour and the run that a file below {@link runPrefix} belongs to, in whichever folder there; undefined for other keys. */
export function parseRunKey(
  pipeline: string,
  key: string,
): { readonly chunk: TimeChunk; readonly runId: string } | undefined {
  const root = hoursRoot(pipeline);
  const [, folder = '', runId = ''] = RUN_PATTERN.exec(key.slice(root.length)) ?? [];
  const chunk = key.startsWith(root) ? parseChunkFolder(folder) : undefined;
  return chunk === undefined ? undefined : { chunk, runId };
}

/** A chunk's folder has four parts, see {@link chunkFolder}; a run may have folders of its own. */
const RUN_PATTERN = /^((?:[^/]+\/){3}[^/]+)\/([^/]+)\/.+$/;

/** Folder of all ledger entries of a pipeline, ending in `/`. */
export function ledgerRoot(pipeline: string): string {
  return `${pipeline}/ledger/`;
}

/** Folder of what `hourmill doctor` writes to look at the store, ending in `/`. */
export function doctorPrefix(pipeline: string): string {
  return `${pipeline}/doctor/`;
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

/** Folder of all files of late rows of a pipeline, ending in `/`. */
export function lateRoot(pipeline: string): string {
  return `${pipeline}/late/`;
}

/** Folder of what later runs met of an hour, ending in `/`. */
export function latePrefix(pipeline: string, chunk: TimeChunk): string {
  return `${pipeline}/late/${chunkFolder(chunk)}/`;
}

/** The file of an hour's late rows that a run of `from` met: `<latePrefix>20261122T1100-<runId>.ndjson.gz`. */
export function lateKey(pipeline: string, chunk: TimeChunk, from: TimeChunk, runId: string): string {
  const minute = new Date(from.startMs).toISOString().slice(0, 16).replace(/[-:]/g, '');
  return `${latePrefix(pipeline, chunk)}${minute}-${runId}.ndjson.gz`;
}

/** The hour and the run that wrote a file of late rows, of its key; undefined for files of other names. */
export function parseLateKey(key: string): { readonly fromMs: number; readonly runId: string } | undefined {
  const match = /\/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)-([^/]+)\.ndjson\.gz$/.exec(key);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, runId = ''] = match;
  return { fromMs: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00.000Z`), runId };
}

/** The hour whose late area a key lies in; undefined for other keys. */
export function lateHourOf(pipeline: string, key: string): TimeChunk | undefined {
  const root = lateRoot(pipeline);
  return key.startsWith(root) ? parseChunkFolder(key.slice(root.length, key.lastIndexOf('/'))) : undefined;
}

/** The i-th file of fingerprints of a run: one range of hashes each. */
export function fingerprintsKey(prefix: string, index: number): string {
  return `${prefix}fingerprints-${String(index).padStart(5, '0')}.keys`;
}

/** The exact sums of the rows of the i-th part. */
export function accumulatorsKey(prefix: string, index: number): string {
  return `${prefix}accumulators-${String(index).padStart(5, '0')}.sums`;
}
