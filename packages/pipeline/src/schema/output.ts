import * as z from 'zod';
import { checkKeyPair, connectionShape, resolveConnection, type S3Connection } from './connection.ts';
import { choice, text } from './scalars.ts';
import { parseStore } from './store-address.ts';

const STORE_EXPECTED = 'expected "file:PATH" or "s3://BUCKET/PREFIX"';

const CODECS = ['zstd', 'snappy', 'gzip', 'none'] as const;

/** The levels that each codec knows, and the one it gets when none is given. */
const LEVELS = {
  zstd: { min: 1, max: 22, default: 3 },
  gzip: { min: 0, max: 9, default: 6 },
  snappy: null,
  none: null,
} as const;

const compression = z
  .strictObject({
    codec: choice(CODECS, {
      lz4: 'lz4 is not supported; expected one of "zstd", "snappy", "gzip", "none"',
      brotli: 'brotli is not supported; expected one of "zstd", "snappy", "gzip", "none"',
    })
      .prefault('zstd')
      .describe('Default: zstd.'),
    level: z
      .int()
      .optional()
      .describe('zstd: 1 to 22, default 3. gzip: 0 to 9, default 6. snappy and none take no level.'),
  })
  .superRefine(({ codec, level }, context) => {
    const known = LEVELS[codec];
    if (level === undefined || (known !== null && level >= known.min && level <= known.max)) return;
    const message =
      known === null ? `${codec} takes no level` : `expected a level of ${codec}: ${known.min} to ${known.max}`;
    context.addIssue({ code: 'custom', path: ['level'], message });
  })
  .transform(({ codec, level }) => ({ codec, level: level ?? LEVELS[codec]?.default ?? 0 }))
  .prefault({})
  .describe('How the pages of the Parquet files are compressed. Default: zstd, level 3.');

const CONNECTION_KEYS = Object.keys(connectionShape) as (keyof typeof connectionShape)[];

/** The place that the parts, the manifest and the ledger are written to. A file path is as written until it is resolved. */
export type Store =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 's3'; readonly bucket: string; readonly prefix: string; readonly connection: S3Connection };

/** Where Hourmill writes. */
export const output = z
  .strictObject({
    store: text
      .refine((address) => parseStore(address) !== null, STORE_EXPECTED)
      .meta({ pattern: '^(file:.|s3://.)' })
      .describe('"file:./folder", relative to this definition, or "s3://bucket/prefix".'),
    ...connectionShape,
    compression,
  })
  .superRefine((keys, context) => {
    if (keys.store.startsWith('s3:')) return checkKeyPair(keys, context);
    for (const key of CONNECTION_KEYS.filter((name) => keys[name] !== undefined)) {
      context.addIssue({ code: 'custom', path: [key], message: 'a store of files takes no such key' });
    }
  })
  .transform(({ store, compression: chosen, ...keys }) => ({
    store: resolveStore(store, resolveConnection(keys)),
    compression: chosen,
  }))
  .describe('Where the Parquet parts, the manifests and the ledger are written.');

function resolveStore(address: string, connection: S3Connection): Store {
  const place = parseStore(address);
  if (place === null) return z.NEVER;
  return place.type === 's3' ? { ...place, connection } : place;
}
