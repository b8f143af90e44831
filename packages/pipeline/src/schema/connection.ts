import type { Secret } from '@hourmill/core';
import * as z from 'zod';
import { httpAddress, secret, text } from './scalars.ts';

/** How to reach an S3 service. Without keys the AWS default provider chain decides. */
export interface S3Connection {
  /** Absent: AWS itself. */
  readonly endpoint?: string;
  readonly region: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  readonly pathStyle: boolean;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: Secret;
}

/** The keys of an {@link S3Connection} as they stand in the definition, beside others. */
export const connectionShape = {
  endpoint: httpAddress
    .optional()
    .describe('Address of the S3 service, for example "http://localhost:9000". Leave out for AWS.'),
  region: text.optional().describe('Region of the bucket. Default: "us-east-1".'),
  pathStyle: z
    .boolean()
    .optional()
    .describe('true: endpoint/bucket/key; false: bucket.endpoint/key. Default: true with an endpoint, false without.'),
  accessKeyId: text.optional().describe('Access key. Leave out both keys to use the AWS default provider chain.'),
  secretAccessKey: secret.optional().describe(`Secret key. Only as "\${env:NAME}" or "\${file:PATH}".`),
};

type ConnectionKeys = z.output<z.ZodObject<typeof connectionShape>>;

/** Both keys or none. */
export function checkKeyPair(keys: ConnectionKeys, context: z.RefinementCtx): void {
  if ((keys.accessKeyId === undefined) === (keys.secretAccessKey === undefined)) return;
  const missing = keys.accessKeyId === undefined ? 'accessKeyId' : 'secretAccessKey';
  context.addIssue({ code: 'custom', path: [missing], message: 'expected both keys or none of them' });
}

export function resolveConnection(keys: ConnectionKeys): S3Connection {
  return {
    ...(keys.endpoint === undefined ? {} : { endpoint: keys.endpoint }),
    region: keys.region ?? 'us-east-1',
    pathStyle: keys.pathStyle ?? keys.endpoint !== undefined,
    ...(keys.accessKeyId === undefined ? {} : { accessKeyId: keys.accessKeyId }),
    ...(keys.secretAccessKey === undefined ? {} : { secretAccessKey: keys.secretAccessKey }),
  };
}
