import type { RejectReason } from '@hourmill/core';

/** Why a record cannot be used. A value, not an exception: rejects are data like everything else in a run. */
export class Reject {
  readonly reason: RejectReason;
  /** For people: which field held what. */
  readonly detail: string;

  constructor(reason: RejectReason, detail: string) {
    this.reason = reason;
    this.detail = detail;
  }
}

const MAX_QUOTED = 80;

/** A value of the input for a message, cut to a length that a log can bear. */
export function quote(text: string): string {
  const cut = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED).toWellFormed()}…` : text;
  return JSON.stringify(cut);
}
