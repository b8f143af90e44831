import type { KeyValue } from './key-value.ts';

const TAGS = { long: 1, double: 2, string: 3, boolean: 4 } as const;

/**
 * The bytes that `hm1` hashes: for each component in the definition's order a tag (1 long, 2 double, 3 string, 4 boolean),
 * the length of its payload as u32, and the payload: int64 as two's complement, double as IEEE 754 binary64, string as
 * UTF-8, boolean as one byte 0 or 1. All numbers little-endian. No encoding is the prefix of another key's.
 */
export function encodeKey(key: readonly KeyValue[]): Uint8Array {
  return Buffer.concat(
    key.flatMap((component) => {
      const payload = payloadOf(component);
      const head = Buffer.alloc(5);
      head.writeUInt8(TAGS[component.type], 0);
      head.writeUInt32LE(payload.length, 1);
      return [head, payload];
    }),
  );
}

function payloadOf(component: KeyValue): Buffer {
  switch (component.type) {
    case 'long': {
      const payload = Buffer.alloc(8);
      payload.writeBigInt64LE(component.value);
      return payload;
    }
    case 'double': {
      const payload = Buffer.alloc(8);
      payload.writeDoubleLE(component.value);
      return payload;
    }
    case 'string':
      return Buffer.from(component.value, 'utf8');
    case 'boolean':
      return Buffer.from([component.value ? 1 : 0]);
  }
}
