import type { Overrides } from '@hourmill/core';

/** `--allow-shrink by eve@host: the filter is stricter now` */
export function overridesText({ flags, reason, by }: Overrides): string {
  return `${flags.join(' ')} by ${by}${reason === null ? '' : `: ${reason}`}`;
}

/** What there is to say of an entry beside its state: its error, its reason, what was overridden. */
export function whyText(text: string | null, overrides: Overrides | null | undefined): string | null {
  if (overrides == null) return text;
  const overridden = `overridden with ${overridesText(overrides)}`;
  return text === null ? overridden : `${text}; ${overridden}`;
}
