import { hostname, userInfo } from 'node:os';
import { HourmillError } from '@hourmill/core';

/** @throws HM_USAGE_001 when there is none */
export function reasonOf(flag: string, reason: string | undefined): string {
  if (reason !== undefined && reason.trim() !== '') return reason;
  throw new HourmillError('HM_USAGE_001', `${flag} needs --reason "why": it is recorded in the ledger with who did it`);
}

/** Who is at work, for the ledger. */
export function userAndHost(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number without a name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
