import { HourmillError } from '@hourmill/core';

/** A sidecar that is not what was written: cut, changed, or somebody else's file. */
export function damaged(path: string, what: string, cause?: unknown): HourmillError {
  return new HourmillError('HM_LEDGER_004', `${path} is damaged: ${what}`, { context: { path }, cause });
}

const MAGIC_BYTES = 8;
const VERSION_AT = 6;

/**
 * Checks the first 8 bytes of a file: six letters of its kind, and a version of two digits.
 * @throws HM_LEDGER_004 for another kind of file, HM_LEDGER_005 for a newer version
 */
export function checkMagic(bytes: Uint8Array, magic: string, path: string): void {
  const found = Buffer.from(bytes.subarray(0, MAGIC_BYTES)).toString('latin1');
  if (found === magic) return;
  const version = found.slice(VERSION_AT);
  const isNewer =
    found.startsWith(magic.slice(0, VERSION_AT)) && /^[0-9]{2}$/.test(version) && version > magic.slice(VERSION_AT);
  if (!isNewer) throw damaged(path, `it does not begin with ${magic}`);
  throw new HourmillError(
    'HM_LEDGER_005',
    `${path} has version ${version}, this Hourmill reads up to ${magic.slice(VERSION_AT)}`,
    {
      context: { path },
    },
  );
}
