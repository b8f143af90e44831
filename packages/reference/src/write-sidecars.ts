import { invariant, type LateFile, type SidecarFile, type StageOneRequest } from '@hourmill/core';
import { fingerprintFiles, keysOf } from '@hourmill/sidecar';
import type { Run } from './run.ts';

/** Stores the distinct keys of the kept records. */
export async function writeFingerprints({ decider, request }: Run): Promise<readonly SidecarFile[]> {
  const { store, prefix, signal } = request;
  const files: SidecarFile[] = [];
  for (const { file, bytes } of fingerprintFiles(prefix, keysOf(decider.fingerprints()))) {
    await store.put(file.path, bytes, signal);
    files.push(file);
  }
  return files;
}

/** Stores the late rows of each hour. Undefined when none are kept. */
export async function writeLate({ late, request }: Run): Promise<readonly LateFile[] | undefined> {
  if (late === null) return undefined;
  const { plan, store, signal, late: wanted }: StageOneRequest = request;
  invariant(wanted !== undefined, 'late rows are kept only when they are wanted');
  const files: LateFile[] = [];
  for (const { file, bytes } of late.finish(plan, wanted.runId)) {
    await store.put(file.path, bytes, signal);
    files.push(file);
  }
  return files;
}
