import { HourmillError } from '@hourmill/core';

/** @throws HM_USAGE_001 unless the text is a whole number of at least `min` */
export function wholeNumber(flag: string, text: string, min: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= min) return value;
  throw new HourmillError('HM_USAGE_001', `${flag} takes a whole number of at least ${min}, not "${text}"`);
}
