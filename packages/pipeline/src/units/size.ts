const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** A number and a unit, for the JSON Schema too. */
export const SIZE_PATTERN = /^(\d+(?:\.\d+)?) ?(B|[kK]B|[MGT]B|[KMGT]iB)?$/;

/**
 * Reads a size as people write it: `4GiB` (powers of 1024), `500MB` (powers of 1000), `1.5 GiB`, or plain bytes.
 * @returns whole bytes, rounded to the nearest; null when the text is no size of 1 byte up to 2^53
 */
export function parseSize(text: string): number | null {
  const [, number, unit = 'B'] = SIZE_PATTERN.exec(text) ?? [];
  const bytes = Math.round(Number(number) * (UNITS[unit] ?? Number.NaN));
  return Number.isSafeInteger(bytes) && bytes >= 1 ? bytes : null;
}
