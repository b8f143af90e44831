import { type ErrorCode, HourmillError } from '@hourmill/core';

/** The name of a system error (`ENOENT`), or undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('errno' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '');
}

/** The answer, or undefined when there is no such file. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const STORE_CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'HM_STORE_004',
  EDQUOT: 'HM_STORE_004',
  EFBIG: 'HM_STORE_004',
  EACCES: 'HM_STORE_002',
  EPERM: 'HM_STORE_002',
  EROFS: 'HM_STORE_002',
  // Of mkdir: a file stands where a folder is needed.
  EEXIST: 'HM_STORE_002',
  ENOTDIR: 'HM_STORE_002',
  EISDIR: 'HM_STORE_002',
  ELOOP: 'HM_STORE_002',
  ENAMETOOLONG: 'HM_STORE_002',
  EMLINK: 'HM_STORE_002',
  ENOTSUP: 'HM_STORE_002',
  EOPNOTSUPP: 'HM_STORE_002',
  // Of link and fsync where the file system knows neither.
  ENOSYS: 'HM_STORE_002',
  EINVAL: 'HM_STORE_002',
};

const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  HM_STORE_004: 'free some space under the store',
  HM_STORE_002: 'the store must be a writable folder of a file system with hard links and fsync',
  HM_STORE_001: 'try again later',
};

/** What a system error means for the store; an error that is none of the system's is handed back as it is. */
export function toStoreError(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const code = STORE_CODES[errno] ?? 'HM_STORE_001';
  return new HourmillError(code, `${path}: ${errno}; ${HINTS[code]}`, { context: { path, errno }, cause: error });
}

/** What a system error means for input that is listed or read; other errors are handed back as they are. */
export function toInputError(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const details = { context: { path, errno }, cause: error };
  if (errno === 'EACCES' || errno === 'EPERM') {
    return new HourmillError('HM_INPUT_004', `${path} may not be read (${errno}); check its permissions`, details);
  }
  if (isMissing(error)) {
    return new HourmillError('HM_INPUT_002', `${path} vanished after it was planned; run again`, details);
  }
  return new HourmillError('HM_INPUT_005', `${path} could not be read (${errno})`, details);
}
