import type { BigIntStats } from 'node:fs';
import { HourmillError, type ObjectSplit } from '@hourmill/core';

/** Names the very bytes of a file: size, time of change in nanoseconds, inode. */
export function fileEtag(facts: BigIntStats): string {
  return `${facts.size}-${facts.mtimeNs}-${facts.ino}`;
}

/** @throws HM_INPUT_002 unless these facts are of the very file that was planned: same size, time of change and inode */
export function checkUnchanged(split: ObjectSplit, path: string, facts: BigIntStats): void {
  const etag = fileEtag(facts);
  if (etag !== split.etag) throw changed(path, `it was ${split.etag} when planned and is ${etag} now`);
}

/** The error for a file that ended before its planned size. */
export function endedEarly(split: ObjectSplit, path: string, position: number): HourmillError {
  return changed(path, `it ends after ${position} of ${split.bytes} bytes`);
}

function changed(path: string, how: string): HourmillError {
  return new HourmillError(
    'HM_INPUT_002',
    `${path} changed after it was planned: ${how}; run again once its writer has finished`,
    {
      context: { path },
    },
  );
}
