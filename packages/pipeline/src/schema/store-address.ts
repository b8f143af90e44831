import { fileURLToPath } from 'node:url';
import { BUCKET_PATTERN } from './source.ts';

/**
 * Reads the address of a store: `file:./warehouse`, `file:/data`, `file:///data`, `s3://bucket/some/prefix`.
 * @returns the path as written; for S3 the prefix without slashes at its ends; null for anything else
 */
export function parseStore(
  address: string,
): { type: 'file'; path: string } | { type: 's3'; bucket: string; prefix: string } | null {
  if (address.startsWith('file://')) return parseFileUrl(address);
  if (address.startsWith('file:')) return address.length > 5 ? { type: 'file', path: address.slice(5) } : null;
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(address) ?? [];
  if (bucket === undefined || !BUCKET_PATTERN.test(bucket) || prefix.includes('//')) return null;
  return { type: 's3', bucket, prefix: prefix.replace(/^\/|\/$/g, '') };
}

function parseFileUrl(address: string): { type: 'file'; path: string } | null {
  const url = URL.parse(address);
  if (url === null || url.hostname !== '' || url.pathname === '/') return null;
  return { type: 'file', path: fileURLToPath(url) };
}
