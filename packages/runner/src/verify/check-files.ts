import { isHourmillError, type Manifest, type ObjectStore, sha256 } from '@hourmill/core';
import { gather } from '../hours/gather.ts';
import type { Findings } from './hour-chain.ts';

interface NamedFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes?: number;
}

/** Read at the same time: parts may have 64 MiB each. */
const FILES_AT_ONCE = 4;

/** Reads every file that a manifest names, and compares its bytes. How many there are. */
export async function checkFiles(
  store: ObjectStore,
  manifest: Manifest,
  findings: Findings,
  signal: AbortSignal,
): Promise<number> {
  const files = namedFiles(manifest);
  const wrong = await gather(files, FILES_AT_ONCE, (file) => whatIsWrong(store, file, signal));
  for (const detail of wrong) if (detail !== null) findings.break('file', detail);
  return files.length;
}

/** Parts, rejects, sidecars of all generations, late rows that were written and those that were taken in; each once. */
function namedFiles({ result, sidecars, generations = [] }: Manifest): readonly NamedFile[] {
  const files: readonly NamedFile[] = [
    ...result.parts,
    ...(result.rejects === null ? [] : [result.rejects]),
    ...sidecars,
    ...(result.late ?? []),
    ...generations.flatMap(({ late }) => late),
  ];
  return [...new Map(files.map((file) => [file.path, file])).values()];
}

async function whatIsWrong(store: ObjectStore, file: NamedFile, signal: AbortSignal): Promise<string | null> {
  let bytes: Uint8Array;
  try {
    bytes = await store.get(file.path, signal);
  } catch (error) {
    if (isHourmillError(error, 'HM_STORE_003')) return `${file.path} is gone`;
    throw error;
  }
  if (file.bytes !== undefined && bytes.length !== file.bytes) {
    return `${file.path} has ${bytes.length} bytes instead of ${file.bytes}`;
  }
  const found = sha256(bytes);
  return found === file.sha256 ? null : `${file.path} has sha256 ${found} instead of ${file.sha256}`;
}
