const ENCODER = new TextEncoder();

/**
 * JSON of one form only: keys sorted by UTF-16 code units, no white space (RFC 8785), then one line feed. The same value
 * gives the same bytes on every machine, so bytes can be compared and hashed.
 */
export function canonicalJson(value: unknown): Uint8Array {
  // First what JSON makes of the value: without undefined fields, with `toJSON` applied.
  return canonicalBytes(JSON.parse(JSON.stringify(value)));
}

/** The same of what JSON.parse has made. */
export function canonicalBytes(plain: unknown): Uint8Array {
  return ENCODER.encode(`${write(plain)}\n`);
}

/** Not by sorting the keys of objects and JSON.stringify: an object keeps keys such as "10" in an order of its own. */
function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${write(field)}`).join(',')}}`;
}
